import { mount, RouterLinkStub } from '@vue/test-utils'
import { expect, it } from 'vitest'
import { aService } from '../../tests/services'
import ServiceCard from './ServiceCard.vue'

const said = (changes: object) =>
  mount(ServiceCard, {
    props: { service: { ...aService(), ...changes } as never },
    global: { stubs: { RouterLink: RouterLinkStub } },
  }).text()

it('says whether the provider comes to the customer, or the customer goes to them', () => {
  expect(said({ service_radius_km: 15 })).toContain('Comes to you')
  expect(said({ service_radius_km: null })).toContain('You go to them')
})

it('promises nobody that a provider comes farther than they do', () => {
  const near = { service_radius_km: 15, distance_m: 9_000 }
  expect(said({ ...near, comes_to_you: true })).toMatch(/Comes to you$/)
  expect(said({ ...near, distance_m: 19_000, comes_to_you: false })).toContain('up to 15 km from there')
  expect(said({ ...near, service_radius_km: null, comes_to_you: false })).toContain('You go to them')
})
