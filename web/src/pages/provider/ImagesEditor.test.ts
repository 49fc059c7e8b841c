import { useQuery } from '@tanstack/vue-query'
import { flushPromises } from '@vue/test-utils'
import { expect, it, vi } from 'vitest'
import { defineComponent, h } from 'vue'
import { serviceQuery } from '@/api/catalog'
import { openPage } from '../../../tests/pages'
import { serve } from '../../../tests/server'
import { anImage, aService } from '../../../tests/services'
import ImagesEditor from './ImagesEditor.vue'

vi.mock('@/lib/upload', () => ({ sendFile: () => Promise.resolve() }))

const page = defineComponent({
  setup() {
    const query = useQuery({ ...serviceQuery('s1'), enabled: false, initialData: aService() })
    return () => h(ImagesEditor, { service: query.data.value })
  },
})

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

it('keeps the newest answer where two pictures are done the other way round', async () => {
  URL.createObjectURL = () => 'blob:preview'
  URL.revokeObjectURL = () => undefined
  let asked = 0
  const finish: ((answer: object) => void)[] = []
  serve(({ path }) => {
    if (path.endsWith('/complete')) return new Promise((resolve) => finish.push(resolve))
    asked += 1
    return { body: { media_id: `m${asked}`, method: 'PUT', url: '/put', headers: {}, size_bytes: 6 } }
  })
  const { wrapper } = await openPage(page, { at: '/provider/services/s1', words: ['provider'] })
  const two = ['a.jpg', 'b.jpg'].map((name) => new File(['pixels'], name, { type: 'image/jpeg' }))
  dropped(['Files'], two)
  await vi.waitFor(() => expect(finish).toHaveLength(2))
  finish[1]?.({ body: aService({ version: 6, images: [anImage('m1'), anImage('m2')] }) })
  await flushPromises()
  finish[0]?.({ body: aService({ version: 5, images: [anImage('m1')] }) })
  await flushPromises()
  expect(wrapper.findAll('[data-move=on]')).toHaveLength(2)
})
