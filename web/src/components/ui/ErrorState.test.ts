import { mount } from '@vue/test-utils'
import { expect, it } from 'vitest'
import { createMemoryHistory, createRouter } from 'vue-router'
import { ApiError } from '@/api/problem'
import ErrorState from './ErrorState.vue'

function show(error: unknown, elsewhere?: { to: string; label: 'common.navSearch' }) {
  const routes = [{ path: '/:all(.*)*', component: { template: '<p />' } }]
  const router = createRouter({ history: createMemoryHistory(), routes })
  const wrapper = mount(ErrorState, { props: { error, elsewhere }, global: { plugins: [router] } })
  return {
    wrapper,
    buttons: wrapper.findAll('button').map((button) => button.text()),
    links: wrapper.findAll('a').map((link) => [link.text(), link.attributes('href')]),
  }
}

const failed = (status: number, code = 'x') => new ApiError(status, code, 'Title', 'Detail.')

it.each([0, 429, 500, 503])('offers to try again what may pass: %s', async (status) => {
  const { wrapper, buttons, links } = show(failed(status))
  expect(buttons).toEqual(['Try again'])
  expect(links).toEqual([])
  await wrapper.get('button').trigger('click')
  expect(wrapper.emitted('retry')).toHaveLength(1)
})

it.each([400, 403, 404, 410, 422])('offers a way elsewhere where it will be the same again: %s', (status) => {
  expect(show(failed(status))).toMatchObject({ buttons: [], links: [['To the home page', '/']] })
  const { links } = show(failed(status), { to: '/search', label: 'common.navSearch' })
  expect(links).toEqual([['Find services', '/search']])
})

it('offers both where something is wrong with the page itself', () => {
  const { wrapper, buttons, links } = show(new TypeError('x is undefined'))
  expect(buttons).toEqual(['Try again'])
  expect(links).toEqual([['To the home page', '/']])
  expect(wrapper.text()).not.toContain('undefined')
})
