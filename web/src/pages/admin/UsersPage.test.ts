import { flushPromises } from '@vue/test-utils'
import { expect, it } from 'vitest'
import { useToasts } from '@/lib/toasts'
import { openPage } from '../../../tests/pages'
import { problem, serve } from '../../../tests/server'
import { aUser } from '../../../tests/users'
import UsersPage from './UsersPage.vue'

const mallory = { ...aUser({ id: 'm1', email: 'mallory@example.com' }), application: null, suspension: null }

async function open(at = '/admin/users', decided: () => object = () => ({ body: mallory })) {
  const calls = serve(({ method }) =>
    method === 'GET' ? { body: { items: [mallory], next_cursor: null } } : decided(),
  )
  const { wrapper } = await openPage(UsersPage, { at, words: ['admin'] })
  const lists = () => calls.filter(({ method }) => method === 'GET').map(({ path }) => path)
  const ask = async () => {
    await wrapper.get('li button').trigger('click')
    await wrapper.get('dialog textarea').setValue('Three complaints.')
    await wrapper.get('dialog form').trigger('submit')
    await flushPromises()
  }
  return { wrapper, lists, ask }
}

it('asks for whatever was typed in one way, be it a name or an address', async () => {
  const { lists } = await open('/admin/users?q=gus6&status=active')
  expect(lists()).toEqual(['/auth/admin/users?q=gus6&status=active'])
})

it('says that somebody was suspended, and reads the list again', async () => {
  const { wrapper, lists, ask } = await open()
  await ask()
  expect(wrapper.find('dialog').exists()).toBe(false)
  expect(useToasts().toasts.value.map(({ text }) => text)).toContain('mallory@example.com is suspended.')
  expect(lists()).toHaveLength(2)
})

it('reads the list again where somebody else has decided meanwhile, and nobody does now', async () => {
  const { wrapper, lists, ask } = await open('/admin/users', () => problem(409, 'already_suspended'))
  await ask()
  expect(wrapper.get('dialog').text()).toContain('It is already_suspended.')
  expect(lists()).toHaveLength(1)
  await wrapper.get('dialog button.btn-ghost').trigger('click')
  await flushPromises()
  expect(wrapper.find('dialog').exists()).toBe(false)
  expect(lists()).toHaveLength(2)
})
