import { expect, test } from 'vitest'
import { effectScope, nextTick, ref } from 'vue'
import { usePageTitle } from './pageTitle'

test('a page is called what its route says until it knows better', async () => {
  document.title = 'Service · GigSta'
  const title = ref<string>()
  const scope = effectScope()
  scope.run(() => usePageTitle(() => title.value))
  expect(document.title).toBe('Service · GigSta')
  title.value = 'Lawn mowing'
  await nextTick()
  expect(document.title).toBe('Lawn mowing · GigSta')
  scope.stop()
})
