import { flushPromises } from '@vue/test-utils'
import { expect, it, vi } from 'vitest'
import { defineComponent, h } from 'vue'
import { openPage } from '../../../tests/pages'
import { serve } from '../../../tests/server'
import { aService } from '../../../tests/services'
import ImagesEditor from './ImagesEditor.vue'

const page = defineComponent({ render: () => h(ImagesEditor, { service: aService() }) })

function dropped(types: string[], files: File[]) {
  const event = new Event('drop', { bubbles: true, cancelable: true })
  Object.assign(event, { dataTransfer: { types, files } })
  document.body.dispatchEvent(event)
  return event.defaultPrevented
}

it('takes a picture wherever it is dropped, and asks before somebody leaves while it is sent', async () => {
  URL.createObjectURL = () => 'blob:preview'
  URL.revokeObjectURL = () => undefined
  const ask = vi.fn(() => false)
  vi.stubGlobal('confirm', ask)
  const calls = serve(() => new Promise(() => undefined))
  const { wrapper, router } = await openPage(page, { at: '/provider/services/s1', words: ['provider'] })
  expect(dropped(['text/plain'], [])).toBe(false)
  expect(dropped(['Files'], [new File(['pixels'], 'a.jpg', { type: 'image/jpeg' })])).toBe(true)
  await flushPromises()
  expect(calls.map(({ path }) => path)).toEqual(['/catalog/services/s1/media'])
  await router.push('/')
  expect(ask).toHaveBeenCalledWith('Pictures are still being uploaded. Leave without them?')
  expect(wrapper.text()).not.toBe('elsewhere')
  ask.mockReturnValue(true)
  await router.push('/')
  expect(wrapper.text()).toBe('elsewhere')
  // On no other page is anything taken.
  expect(dropped(['Files'], [])).toBe(false)
})
