import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { findings } from './axe'
import { as, aService, openBrowser, pastBooking, sayWhere } from './stage'

let browser: Browser
beforeAll(async () => {
  browser = await openBrowser()
})
afterAll(() => browser.close())

const stands = (page: Page, status: string) =>
  page.locator('header').getByText(status, { exact: true }).waitFor()
const act = (page: Page, name: string) => page.getByRole('button', { name, exact: true }).first().click()

/** Says yes in the dialog that an action opens, which is looked at by axe first. */
async function agree(page: Page, name: string, why?: string): Promise<void> {
  const dialog = page.getByRole('dialog')
  await dialog.waitFor()
  expect(await findings(page)).toEqual([])
  if (why) await dialog.getByLabel('Why?').fill(why)
  await dialog.getByRole('button', { name, exact: true }).click()
  await dialog.waitFor({ state: 'detached' })
}

it('another time is proposed and agreed, for the same booking', async () => {
  const { service, startsAt } = await aService(
    ({ provider_name, instant_book }) => provider_name === 'Harbour Home Services' && !instant_book,
  )
  const seeker = await as(browser, 'customer', `/services/${service.id}/book?starts_at=${startsAt}`)
  const provider = await as(browser, 'provider')
  await sayWhere(seeker, service)
  await act(seeker, 'Send the request')
  await seeker.waitForURL(/\/bookings\/[^/]+$/)
  const booking = new URL(seeker.url()).pathname
  await provider.goto(booking)
  await act(provider, 'Accept')
  await stands(provider, 'Confirmed')
  await stands(seeker, 'Confirmed')

  await act(seeker, 'Propose a new time')
  const slot = seeker.getByRole('dialog').locator('ul button').last()
  const time = (await slot.textContent())?.trim() ?? ''
  await slot.click()
  await agree(seeker, 'Propose a new time', 'We are away that day.')
  await seeker.getByText('Another time was proposed:').waitFor()

  await provider.goto('/provider/requests')
  const card = provider.getByRole('article').filter({ has: provider.locator(`a[href="${booking}"]`) })
  await card.getByText(time).first().waitFor()
  await card.getByRole('button', { name: 'Accept the new time' }).click()
  await card.waitFor({ state: 'detached' })

  await provider.goto(booking)
  for (const page of [seeker, provider]) {
    await page.getByText(/^Rescheduled from/).waitFor()
    await page.getByText('Another time was proposed:').waitFor({ state: 'detached' })
    expect(await page.locator('dl dd').first().textContent()).toContain(`${time} –`)
    expect(new URL(page.url()).pathname).toBe(booking)
    await stands(page, 'Confirmed')
  }
  await seeker.goto('/bookings')
  await seeker.getByRole('link', { name: service.title }).first().waitFor()
  expect(await seeker.locator(`a[href="${booking}"]`).count()).toBe(1)
})

it('a no-show is reported, contested, answered, and decided by an administrator', async () => {
  const booking = await pastBooking('confirmed')
  const [seeker, provider, admin] = [
    await as(browser, 'customer', booking),
    await as(browser, 'night', booking),
    await as(browser, 'admin', '/admin'),
  ]
  await act(provider, 'Report no-show')
  await agree(provider, 'Report no-show', 'Nobody opened the door.')
  await stands(provider, 'No-show reported')

  await stands(seeker, 'No-show reported')
  await act(seeker, 'Contest the report')
  await agree(seeker, 'Contest the report', 'I was there the whole morning.')
  await stands(seeker, 'Disputed')

  await stands(provider, 'Disputed')
  await provider.getByText('I was there the whole morning.').waitFor()
  await act(provider, 'Answer the dispute')
  await agree(provider, 'Answer the dispute', 'I have a picture of the closed door.')
  await seeker.getByText('I have a picture of the closed door.').waitFor()

  await admin.getByRole('main').getByRole('link', { name: 'Disputes' }).last().click()
  await admin.locator(`a[href="${booking}"]`).click()
  await admin.getByText('Nobody opened the door.').waitFor()
  await act(admin, 'Resolve as failed')
  await agree(admin, 'Resolve as failed', 'The picture shows it.')
  for (const page of [admin, seeker, provider]) {
    await stands(page, 'Not completed')
    await page.getByText('The picture shows it.').waitFor()
  }
  await admin.goto('/admin/disputes')
  await admin.getByRole('heading', { name: 'Disputes' }).waitFor()
  await admin.waitForFunction(() => document.querySelector('main .skeleton') === null)
  expect(await admin.locator(`a[href="${booking}"]`).count()).toBe(0)
})

describe('neither side sees what the other says before both have spoken', () => {
  const sides = [
    ['customer', 'night'],
    ['night', 'customer'],
  ] as const

  it.each(sides)('where the first is the %s', async (one, other) => {
    const booking = await pastBooking('completed')
    const [first, second] = [await as(browser, one, booking), await as(browser, other, booking)]
    const said = { first: `Said first ${crypto.randomUUID()}`, second: `Said second ${crypto.randomUUID()}` }
    const told: string[] = []
    second.on('response', async (response) => {
      if (response.url().includes('/ratings')) told.push(await response.text().catch(() => ''))
    })
    const rate = async (page: Page, stars: string, words: string) => {
      await page.locator('label').filter({ hasText: stars }).click()
      await page.getByLabel('In your own words').fill(words)
      expect(await findings(page)).toEqual([])
      await act(page, 'Send the rating')
    }

    await rate(first, '2 stars', said.first)
    await first.getByText(/^Nobody sees it yet/).waitFor()
    await second.reload()
    await second.getByText('How was it?').waitFor()
    expect(await second.content()).not.toContain(said.first)
    expect(told.join()).toContain('closes_at')
    expect(told.join()).not.toContain(said.first)

    await rate(second, '5 stars', said.second)
    for (const page of [first, second]) {
      await page.getByText(said.first).waitFor()
      await page.getByText(said.second).waitFor()
    }
  })
})
