import { mount } from '@vue/test-utils'
import { expect, it } from 'vitest'
import AppFooter from './AppFooter.vue'

it('says of a language that is only begun that it is', () => {
  const names = mount(AppFooter)
    .findAll('option')
    .map((option) => option.text())
  expect(names).toEqual(['English', 'Te reo Māori (partly translated)'])
})
