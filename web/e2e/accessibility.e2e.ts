import type { Browser, Page } from 'playwright-core'
import type { RouteRecordRaw } from 'vue-router'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { findings } from './axe'
import { pagesOf, type Who } from './pages'
import { as, logIn, newcomer, openBrowser, person } from './stage'

const PHONE = 360
const DESK = 1280
const WALL = 2200
const EVERYBODY: Who[] = [null, 'customer', 'provider', 'admin']

let browser: Browser
beforeAll(async () => {
  browser = await openBrowser()
})
afterAll(() => browser.close())

async function settled(page: Page, path: string): Promise<void> {
  await page.goto(path)
  await page.locator('h1').first().waitFor({ state: 'attached' })
  await page.waitForFunction(() => document.querySelector('main .skeleton') === null)
  expect(new URL(page.url()).pathname, 'where it has led').toBe(path.replace(/[?#].*/, ''))
  expect(await page.getByRole('button', { name: 'Try again' }).count(), `${path} could be loaded`).toBe(0)
}

/** What reaches beyond the page, or as a card into its margin, once the page has been drawn. */
const overhanging = async (): Promise<string[]> => {
  await new Promise(requestAnimationFrame)
  const width = document.documentElement.clientWidth
  const cards = [...document.querySelectorAll('main .card-surface')]
    .filter((card) => card.getBoundingClientRect().right > width - 8)
    .map((card) => card.textContent?.trim().slice(0, 40) ?? '')
  return document.documentElement.scrollWidth > width ? [...cards, 'the page'] : cards
}

async function tooWide(page: Page, width: number): Promise<string[]> {
  await page.setViewportSize({ width, height: 860 })
  const deadline = Date.now() + 5_000
  let found = await page.evaluate(overhanging)
  // Charts follow a frame later than the rest.
  while (found.length > 0 && Date.now() < deadline) found = await page.evaluate(overhanging)
  return found.map((what) => `${what} is wider than ${width} px`)
}

describe.each(['light', 'dark'] as const)('every page in %s', (theme) => {
  it.each(EVERYBODY)('is as axe wants it and fits the screen, for %s', { timeout: 420_000 }, async (who) => {
    const page = await as(browser, who, '/', { theme })
    const all: string[] = []
    for (const path of await pagesOf(who)) {
      await settled(page, path)
      for (const width of [DESK, PHONE])
        all.push(
          ...(await tooWide(page, width)).map((each) => `${path} ${each}`),
          ...(await findings(page)).map((each) => `${path} at ${width}: ${each}`),
        )
      all.push(...(await tooWide(page, WALL)).map((each) => `${path} ${each}`))
    }
    if (who) {
      await page.getByLabel('Your menu').click()
      all.push(...(await findings(page)).map((each) => `the menu: ${each}`))
    }
    await page.context().close()
    expect(all).toEqual([])
  })

  it('asks a newcomer what brings them as axe wants it', async () => {
    const page = await (await person(browser, { theme })).newPage()
    await logIn(page, await newcomer())
    await settled(page, '/welcome')
    expect(await findings(page)).toEqual([])
    expect(await tooWide(page, PHONE)).toEqual([])
    await page.context().close()
  })
})

it('no page of the app is forgotten here', async () => {
  const areas = import.meta.glob<RouteRecordRaw[]>('../src/pages/*/routes.ts', { import: 'default' })
  const routes = (await Promise.all(Object.values(areas).map((load) => load()))).flat()
  const seen = [...(await Promise.all(EVERYBODY.map(pagesOf))).flat(), '/welcome'].map((path) =>
    path.replace(/[?#].*/, ''),
  )
  const forgotten = routes
    .map(({ path }) => path)
    .filter((path) => {
      const address = new RegExp(`^${path.replace(/:\w+(\([^)]*\))?/g, '[^/]+')}$`)
      return !seen.some((one) => address.test(one))
    })
  expect(forgotten).toEqual([])
})
