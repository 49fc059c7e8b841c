import { flushPromises } from '@vue/test-utils'
import { expect, it } from 'vitest'
import { openPage } from '../../../tests/pages'
import { problem, serve } from '../../../tests/server'
import CategoriesPage from './CategoriesPage.vue'

const garden = {
  id: 'garden',
  name: 'Garden',
  position: 10,
  service_count: 0,
  subcategories: [{ id: 'lawns', name: 'Lawns', position: 10, service_count: 0 }],
}

async function open(removed: () => object) {
  const calls = serve(({ method }) => (method === 'GET' ? { body: { items: [garden] } } : removed()))
  const { wrapper } = await openPage(CategoriesPage, { at: '/admin/categories', words: ['admin'] })
  const asked = (wanted: string) =>
    calls.filter(({ method }) => method === wanted).map(({ path }) => path.split('?')[0])
  return { wrapper, asked }
}

it('asks before a category or a part of one is removed', async () => {
  const { wrapper, asked } = await open(() => ({ status: 204 }))
  await wrapper.get('[aria-label="Remove Lawns"]').trigger('click')
  expect(wrapper.get('dialog').text()).toContain('Remove Lawns?')
  await wrapper.get('dialog button.btn-ghost').trigger('click')
  await wrapper.get('[aria-label="Remove Garden"]').trigger('click')
  expect(asked('DELETE')).toEqual([])
  await wrapper.get('dialog form').trigger('submit')
  await flushPromises()
  expect(asked('DELETE')).toEqual(['/catalog/categories/garden'])
  expect(wrapper.find('dialog').exists()).toBe(false)
})

it('says why one stays, and reads the list again once that was read', async () => {
  const { wrapper, asked } = await open(() => problem(409, 'category_in_use'))
  await wrapper.get('[aria-label="Remove Garden"]').trigger('click')
  await wrapper.get('dialog form').trigger('submit')
  await flushPromises()
  expect(wrapper.get('dialog').text()).toContain('It is category_in_use.')
  const before = asked('GET').length
  await wrapper.get('dialog button.btn-ghost').trigger('click')
  await flushPromises()
  expect(asked('GET')).toHaveLength(before + 1)
})
