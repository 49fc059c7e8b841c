import { flushPromises, mount } from '@vue/test-utils'
import { beforeEach, expect, it, vi } from 'vitest'
import { defineComponent, h, nextTick, ref } from 'vue'
import { createMemoryHistory, createRouter, RouterView } from 'vue-router'
import { useToasts } from '@/lib/toasts'
import PageBoundary from './PageBoundary.vue'

const wrong = ref(false)
const say = () => {
  if (wrong.value) throw new TypeError('x is undefined')
  return 'A good page'
}
const routes = [
  { path: '/', component: defineComponent(() => () => h('p', 'Home')) },
  { path: '/good', component: defineComponent(() => () => h('p', say())) },
  { path: '/render', component: defineComponent(() => () => h('section', [h({ render: () => fail() })])) },
  { path: '/setup', component: defineComponent(() => fail()) },
  { path: '/click', component: defineComponent(() => () => h('button', { onClick: fail }, 'Press')) },
  { path: '/gone', component: () => Promise.reject(new Error('no such chunk')) },
]
function fail(): never {
  throw new TypeError('x is undefined')
}

async function show(at: string) {
  const router = createRouter({ history: createMemoryHistory(), routes })
  await router.push(at).catch(() => undefined)
  const app = defineComponent(() => () => [
    h('header', 'Header'),
    h('main', [h(PageBoundary, null, { default: () => h(RouterView) })]),
  ])
  const wrapper = mount(app, { global: { plugins: [router] } })
  await flushPromises()
  return { wrapper, router }
}

beforeEach(() => {
  wrong.value = false
  useToasts().toasts.value = []
  vi.stubGlobal('reportError', vi.fn())
  vi.spyOn(console, 'warn').mockReturnValue(undefined)
})

it.each(['/render', '/setup'])('a page that cannot be drawn has words and a way out: %s', async (at) => {
  const { wrapper, router } = await show(at)
  expect(wrapper.get('header').text()).toBe('Header')
  expect(wrapper.get('main').text()).toContain('Something went wrong')
  expect(
    wrapper
      .get('main')
      .findAll('button, a')
      .map((one) => one.text()),
  ).toEqual(['Try again', 'To the home page'])
  await router.push('/good')
  await flushPromises()
  expect(wrapper.get('main').text()).toBe('A good page')
})

it('so has one that breaks later, and the way out leads out', async () => {
  const { wrapper, router } = await show('/good')
  wrong.value = true
  await nextTick()
  await nextTick()
  expect(wrapper.get('main').text()).toContain('Something went wrong')
  await wrapper.get('main a').trigger('click')
  await flushPromises()
  expect(router.currentRoute.value.path).toBe('/')
  expect(wrapper.get('main').text()).toBe('Home')
})

it('a button that fails leaves the page as it is, and is no secret', async () => {
  const { wrapper } = await show('/click')
  await wrapper.get('main button').trigger('click')
  expect(wrapper.get('main').text()).toBe('Press')
  expect(useToasts().toasts.value).toMatchObject([{ kind: 'error' }])
})

it('a first page that does not come leaves no empty one', async () => {
  const router = createRouter({ history: createMemoryHistory(), routes })
  const wrapper = mount(PageBoundary, { slots: { default: RouterView }, global: { plugins: [router] } })
  await router.push('/gone').catch(() => undefined)
  await flushPromises()
  expect(wrapper.text()).toContain('Something went wrong')
  expect(wrapper.text()).toContain('That page could not be loaded.')
  await wrapper.get('a').trigger('click')
  await flushPromises()
  expect(wrapper.text()).toBe('Home')
})
