import { QueryClient, VueQueryPlugin } from '@tanstack/vue-query'
import { mount } from '@vue/test-utils'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { categoriesQuery, type Category } from '@/api/catalog'
import { loadAreas, setLocale } from '@/i18n'
import { searchOf } from './search'
import SearchFilters from './SearchFilters.vue'

const category = (id: string, name: string): Category => ({
  id,
  name,
  position: 1,
  service_count: 3,
  subcategories: [],
})

function show(query: Record<string, string> = {}) {
  const queryClient = new QueryClient({ defaultOptions: { queries: { staleTime: Infinity } } })
  queryClient.setQueryData(categoriesQuery().queryKey, [
    category('gardening', 'Gardening'),
    category('moving', 'Moving and storage'),
  ])
  const wrapper = mount(SearchFilters, {
    props: { search: searchOf(query) },
    global: { plugins: [[VueQueryPlugin, { queryClient }]] },
  })
  const options = (name: string) =>
    wrapper.findAll(`select[aria-label="${name}"] option`).map((option) => option.text())
  const chosen = (name: string) => {
    const select = wrapper.get<HTMLSelectElement>(`select[aria-label="${name}"]`).element
    return select.selectedOptions[0]?.text
  }
  return { options, chosen }
}

beforeEach(() => loadAreas(['seeker']))
afterEach(() => setLocale('en'))

it('says which limits there are, also those that nobody can choose', () => {
  const { chosen } = show({ max_price: '120', min_rating: '3.5', radius: '17', lat: '-36.8', lng: '174.7' })
  expect(chosen('Price')).toBe('Up to $120')
  expect(chosen('Rating')).toBe('3.5 stars and up')
  expect(chosen('Distance')).toBe('Within 17 km')
  expect(show({ max_price: '-5' }).chosen('Price')).toBe('Any price')
})

it('names categories in the language of the page, and those with names of their own by these', async () => {
  await setLocale('mi')
  expect(show().options('Category').slice(1)).toEqual(['Mahi māra', 'Moving and storage'])
  await setLocale('en')
  expect(show().options('Category').slice(1)).toEqual(['Gardening', 'Moving and storage'])
})
