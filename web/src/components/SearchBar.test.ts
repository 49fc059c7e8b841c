import { VueQueryPlugin } from '@tanstack/vue-query'
import { flushPromises, mount } from '@vue/test-utils'
import { describe, expect, it, vi } from 'vitest'
import { makeQueryClient } from '@/api/queries'
import { problem, serve } from '../../tests/server'
import SearchBar from './SearchBar.vue'

const place = (name: string) => ({
  id: name,
  name,
  kind: 'suburb',
  region: 'Auckland',
  country: 'NZ',
  lat: -36.85,
  lng: 174.74,
})
const ponsonby = { name: 'Ponsonby', lat: -36.85, lng: 174.74 }

/** Knows Ponsonby, by its beginnings, and nothing else. */
function serveGazetteer() {
  return serve(({ path }) => {
    const q = new URL(path, 'http://x').searchParams.get('q') ?? ''
    return { body: { items: 'ponsonby'.startsWith(q.toLowerCase()) ? [place('Ponsonby')] : [] } }
  })
}

function show(where: typeof ponsonby | null = null) {
  const queryClient = makeQueryClient()
  const wrapper = mount(SearchBar, {
    props: { text: 'clean', place: where },
    attachTo: document.body,
    global: { plugins: [[VueQueryPlugin, { queryClient }]] },
  })
  const box = wrapper.get('input[role=combobox]')
  return { wrapper, box, input: box.element as HTMLInputElement, asked: () => wrapper.emitted('search') }
}

describe('a place that is typed and not picked', () => {
  it('is looked up before it is searched, by the Search button', async () => {
    serveGazetteer()
    const { wrapper, box, asked } = show()
    await box.setValue('Ponsonby')
    await wrapper.get('form').trigger('submit')
    await flushPromises()
    expect(asked()).toEqual([['clean', ponsonby]])
  })

  it('is looked up by Enter, though the list has not come yet', async () => {
    serveGazetteer()
    const { box, asked } = show()
    await box.setValue('pons')
    await box.trigger('keydown', { key: 'Enter' })
    await flushPromises()
    expect(asked()).toEqual([['clean', ponsonby]])
  })

  it('is what is typed now, and not what the list was of', async () => {
    serveGazetteer()
    const { wrapper, box, asked } = show()
    await box.setValue('pons')
    await vi.waitFor(() => expect(wrapper.findAll('[role=option]')).toHaveLength(1))
    await box.setValue('ponzonby')
    await box.trigger('keydown', { key: 'Enter' })
    await flushPromises()
    expect(asked()).toBeUndefined()
  })

  it('stays, and is said to be unknown, where there is none of that name', async () => {
    serveGazetteer()
    const { wrapper, box, input, asked } = show()
    await box.setValue('Ponzonby')
    await wrapper.get('form').trigger('submit')
    await flushPromises()
    expect(asked()).toBeUndefined()
    expect(wrapper.get('[role=alert]').text()).toContain('“Ponzonby”')
    expect(input.value).toBe('Ponzonby')
    expect(input.getAttribute('aria-invalid')).toBe('true')
    expect(document.activeElement).toBe(input)
    await box.setValue('Ponsonb')
    expect(wrapper.find('[role=alert]').exists()).toBe(false)
  })

  it('is not searched either where it cannot be looked up', async () => {
    serve(() => problem(400, 'no_such_thing'))
    const { wrapper, box, asked } = show()
    await box.setValue('Ponsonby')
    await wrapper.get('form').trigger('submit')
    await flushPromises()
    expect(asked()).toBeUndefined()
    expect(wrapper.get('[role=alert]').text()).not.toBe('')
  })

  it('can be another than the one chosen before, letter by letter', async () => {
    serveGazetteer()
    const { box, input } = show(ponsonby)
    await box.setValue('Ponsonb')
    await flushPromises()
    expect(input.value).toBe('Ponsonb')
  })
})

it('searches everywhere where no place is typed', async () => {
  const calls = serveGazetteer()
  const { wrapper, asked } = show()
  await wrapper.get('form').trigger('submit')
  await flushPromises()
  expect(asked()).toEqual([['clean', null]])
  expect(calls).toHaveLength(0)
})
