import type { Browser, Page, Route } from 'playwright-core'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { findings } from './axe'
import { as, openBrowser } from './stage'

let browser: Browser
beforeAll(async () => {
  browser = await openBrowser()
})
afterAll(() => browser.close())

const workerless = { workerless: true, width: 360 }
const away = (route: Route) => route.fulfill({ status: 503, contentType: 'application/json', body: '{}' })
const SESSION = '**/api/v1/auth/{logout,refresh}'
const pending = (page: Page) => page.getByText('You are not logged out for good yet')

async function pressLogout(page: Page): Promise<void> {
  await page.getByLabel('Your menu').click()
  await page.getByRole('button', { name: 'Log out' }).click()
}

it('whoever logs out while GigSta is away is told, is let in by nobody meanwhile, and is logged out in the end', async () => {
  const page = await as(browser, 'customer', '/bookings', workerless)
  const context = page.context()
  const other = await context.newPage()
  await other.goto('/bookings')
  await context.route(SESSION, away)
  await pressLogout(page)
  await pending(page).waitFor()
  await pending(other).waitFor()
  expect(await findings(page)).toEqual([])

  await page.goto('/bookings')
  await page.waitForURL('**/login?next=/bookings')
  await pending(page).waitFor()

  await context.unroute(SESSION)
  await page.getByRole('button', { name: 'Try again' }).click()
  await page.getByText('You are logged out.').waitFor()
  await pending(other).waitFor({ state: 'detached' })
  expect((await context.cookies()).map(({ name }) => name)).not.toContain('__Host-gigsta_refresh')
})

it('where neither the app nor its words come, a page says so and tries again', async () => {
  for (const missing of ['**/assets/common-*.js', '**/assets/index-*.js']) {
    const page = await as(browser, null, '/forbidden', workerless)
    await page.context().route(missing, (route) => route.fulfill({ status: 503, body: '' }))
    await page.reload()
    await page.getByRole('heading', { name: 'GigSta could not be loaded' }).waitFor()
    expect(await findings(page)).toEqual([])
    await page.context().unroute(missing)
    await page.getByRole('button', { name: 'Try again' }).click()
    await page.getByRole('heading', { name: 'This page is not for your account' }).waitFor()
  }
})

it('a page that cannot be drawn, and one that does not come, have words and a way out', async () => {
  const page = await as(browser, 'customer', '/account', workerless)
  const main = page.locator('main')
  await page
    .context()
    .route('**/api/v1/bookings?*', (route) => route.fulfill({ json: { items: [{}], next_cursor: null } }))
  await page.context().route('**/assets/SearchPage-*.js', (route) => route.fulfill({ status: 404, body: '' }))
  for (const path of ['/bookings', '/search']) {
    await page.goto(path)
    await main.getByRole('heading', { name: 'Something went wrong' }).waitFor()
    expect(await findings(page)).toEqual([])
    await main.getByRole('link', { name: 'To the home page' }).click()
    await page.getByRole('heading', { level: 1, name: 'Good people for the job' }).waitFor()
  }
})
