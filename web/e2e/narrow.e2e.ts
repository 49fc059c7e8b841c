import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { PAGES } from './pages'
import { aService, logIn, openBrowser, PEOPLE, person } from './stage'

let browser: Browser
beforeAll(async () => {
  browser = await openBrowser()
})
afterAll(() => browser.close())

/** What reaches beyond the page, or as a card into its margin. */
async function tooWide(page: Page, path: string): Promise<string[]> {
  await page.goto(path)
  await page.locator('h1').first().waitFor({ state: 'attached' })
  await page.waitForFunction(() => document.querySelector('main .skeleton') === null)
  return page.evaluate(() => {
    const width = document.documentElement.clientWidth
    const cards = [...document.querySelectorAll('main .card-surface')]
      .filter((card) => card.getBoundingClientRect().right > width - 8)
      .map((card) => card.textContent?.trim().slice(0, 40) ?? '')
    return document.documentElement.scrollWidth > width ? [...cards, 'the page'] : cards
  })
}

it.each([null, 'customer', 'provider', 'admin'] as const)(
  'every page of %s has room on the narrowest phone',
  { timeout: 240_000 },
  async (who) => {
    const context = await person(browser, { width: 360, height: 740 })
    const page = await context.newPage()
    if (who) await logIn(page, PEOPLE[who])
    const paths = PAGES.filter((each) => each.who === who).map(({ path }) => path)
    if (who === null) {
      const { service, startsAt } = await aService(() => true)
      paths.push(`/services/${service.id}`, `/services/${service.id}/book?starts_at=${startsAt}`)
    }
    const found: string[] = []
    for (const path of paths) found.push(...(await tooWide(page, path)).map((what) => `${path}: ${what}`))
    await context.close()
    expect(found).toEqual([])
  },
)
