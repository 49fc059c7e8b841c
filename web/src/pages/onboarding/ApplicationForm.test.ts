import { flushPromises } from '@vue/test-utils'
import { beforeEach, expect, it } from 'vitest'
import { openPage } from '../../../tests/pages'
import { serve } from '../../../tests/server'
import { aUser } from '../../../tests/users'
import ApplicationForm from './ApplicationForm.vue'
import OnboardingPage from './OnboardingPage.vue'

const applicant = aUser({
  roles: ['user', 'provider'],
  phone_number: '021 555 0100',
  address: '1 Queen Street',
})
const at = '/provider/onboarding'

async function open(id = 'u1') {
  const { wrapper } = await openPage(ApplicationForm, {
    at,
    user: { ...applicant, id },
    words: ['onboarding'],
  })
  const typed = () => wrapper.findAll('input').map(({ element }) => element.value)
  return { wrapper, typed }
}

beforeEach(() => sessionStorage.clear())

it('keeps what was typed over a reload, for whoever typed it, until it is sent', async () => {
  serve(() => ({ body: { ...applicant, provider_status: 'pending' } }))
  const first = await open()
  await first.wrapper.get('input').setValue('Honest Gardens')
  first.wrapper.unmount()

  const another = await open('u2')
  expect(another.typed()).toEqual(['', '021 555 0100', '1 Queen Street'])
  another.wrapper.unmount()

  const again = await open()
  expect(again.typed()).toEqual(['Honest Gardens', '021 555 0100', '1 Queen Street'])
  await again.wrapper.get('form').trigger('submit')
  await flushPromises()
  again.wrapper.unmount()
  expect((await open()).typed()[0]).toBe('')
})

it.each([
  ['pending', false],
  ['not_applied', true],
] as const)('while the application is %s, it can be finished later: %s', async (provider_status, offered) => {
  const user = { ...applicant, provider_status }
  serve(() => ({ body: user }))
  const { wrapper } = await openPage(OnboardingPage, { at, user, words: ['onboarding', 'provider'] })
  expect(wrapper.text().includes('Finish this later')).toBe(offered)
})
