import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { as, openBrowser } from './stage'

let browser: Browser
beforeAll(async () => {
  browser = await openBrowser()
})
afterAll(() => browser.close())

const OFFLINE = /^You are offline/

it('without a connection what was loaded stays, and back it goes on by itself', async () => {
  const page = await as(browser, 'customer', '/bookings')
  await page.evaluate(() => navigator.serviceWorker.ready)
  const booking = page.locator('main article h2 a').first()
  const title = (await booking.textContent())?.trim() ?? ''
  await booking.click()
  await page.getByRole('heading', { level: 1, name: title }).waitFor()
  await page.goBack()
  await page.getByRole('heading', { name: 'My bookings' }).waitFor()

  await page.context().setOffline(true)
  await page.getByText(OFFLINE).waitFor()
  await booking.click()
  await page.getByRole('heading', { level: 1, name: title }).waitFor()
  await page.getByText('What has happened').waitFor()
  await page.goBack()
  // A page that was never loaded cannot be had; what is there stays.
  await page.getByLabel('Your menu').click()
  await page.getByRole('link', { name: 'Account' }).last().click()
  await page.getByText('There is no connection').waitFor()
  expect(new URL(page.url()).pathname).toBe('/bookings')
  await page.getByRole('heading', { name: 'My bookings' }).waitFor()

  await page.context().setOffline(false)
  await page.getByText(OFFLINE).waitFor({ state: 'detached' })
  await page.getByLabel('Your menu').click()
  await page.getByRole('link', { name: 'Account' }).last().click()
  await page.waitForURL('**/account')
  await page.getByRole('heading', { level: 1 }).first().waitFor()
})

it('a page opened without a connection says so, and comes when there is one', async () => {
  const page = await as(browser, 'customer', '/bookings')
  await page.getByRole('heading', { name: 'My bookings' }).waitFor()
  await page.evaluate(() => navigator.serviceWorker.ready)
  // The worker claims pages that are open; one that is just being opened, Chromium gives it from the next time on.
  await page.reload()
  await page.waitForFunction(() => navigator.serviceWorker.controller !== null)

  await page.context().setOffline(true)
  await page.reload()
  await page.getByRole('heading', { name: 'You are offline' }).waitFor()
  await page.context().setOffline(false)
  await page.getByRole('heading', { name: 'My bookings' }).waitFor()
})
