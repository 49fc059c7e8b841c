import { mkdir, writeFile } from 'node:fs/promises'
import path from 'node:path'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, it } from 'vitest'
import { aService, logIn, openBrowser, PEOPLE, person } from './stage'

/** `make screenshots`: the main screens of a marketplace with its demo data, which it only looks at. */
const INTO = path.resolve(import.meta.dirname, '../../docs/screens')
const SIZES = { phone: [390, 844], desktop: [1280, 860] } as const
const QUALITY = 82

type Who = keyof typeof PEOPLE | null
interface Screen {
  name: string
  who: Who
  /** Where it is, or how one gets there. */
  at: string | ((page: Page) => Promise<void>)
}

let browser: Browser
beforeAll(async () => {
  await mkdir(INTO, { recursive: true })
  browser = await openBrowser()
})
afterAll(() => browser.close())

/** Event streams keep the network busy for ever, so what is seen is asked instead. */
async function settled(page: Page): Promise<void> {
  await page.locator('h1').first().waitFor({ state: 'attached' })
  await page.waitForFunction(
    () =>
      document.querySelector('main .skeleton') === null &&
      document.fonts.status === 'loaded' &&
      [...document.images].every(
        (image) =>
          image.complete || !image.checkVisibility() || image.getBoundingClientRect().top > innerHeight,
      ),
  )
  // The map says so when it has nothing more to draw.
  if (await page.locator('[data-drawn]').count()) await page.locator('[data-drawn=true]').waitFor()
  // What is there is painted: pictures when they are decoded, everything with the next frame but one.
  await page.evaluate(async () => {
    await Promise.all([...document.images].map((image) => image.complete && image.decode().catch(() => null)))
    await new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))
  })
}

/** WebP, which playwright does not write and Chromium does. */
async function take(page: Page, name: string): Promise<void> {
  const session = await page.context().newCDPSession(page)
  const { data } = await session.send('Page.captureScreenshot', { format: 'webp', quality: QUALITY })
  await session.detach()
  await writeFile(path.join(INTO, `${name}.webp`), Buffer.from(data, 'base64'))
}

/** The map comes by itself, after the page. */
const map = (address: string) => async (page: Page) => {
  await page.goto(address)
  await page.locator('[data-drawn]').waitFor({ state: 'attached' })
}

/** The week or the day in which something is to be seen: the present one, or one that comes. */
const calendar = (enough: number, further: number) => async (page: Page) => {
  await page.goto('/provider/calendar')
  const booked = page.locator('main section a[href^="/bookings/"]')
  for (let steps = 0; ; steps += 1) {
    await settled(page)
    await page.waitForFunction(() => document.querySelector('main [aria-busy=true]') === null)
    if (steps === further || (await booked.count()) >= enough) return
    await page.getByRole('button', { name: /^Next (day|week)$/ }).click()
  }
}

/** A booking that waits for the customer's word. The demo data have one such, and tell of it. */
async function aBooking(page: Page): Promise<void> {
  await page.goto('/notifications')
  const told = page.getByRole('link', { name: 'proposes a new time' }).first()
  await page.goto((await told.getAttribute('href')) ?? '/bookings')
}

async function screens(size: keyof typeof SIZES): Promise<Screen[]> {
  const { service, startsAt } = await aService(
    (each) => each.title === 'Weekly house clean' && each.provider_name === 'Harbour Home Services',
  )
  const book = `/services/${service.id}/book?starts_at=${encodeURIComponent(startsAt)}`
  const near = `/search?place=Ponsonby&lat=-36.857&lng=174.74${size === 'phone' ? '&view=map' : ''}`
  return [
    { name: 'home', who: null, at: '/' },
    { name: 'results', who: null, at: map(near) },
    { name: 'service', who: null, at: `/services/${service.id}` },
    { name: 'book', who: 'customer', at: book },
    { name: 'booking', who: 'customer', at: aBooking },
    { name: 'bookings', who: 'customer', at: '/bookings' },
    { name: 'inbox', who: 'customer', at: '/notifications' },
    { name: 'provider', who: 'provider', at: '/provider' },
    { name: 'calendar', who: 'provider', at: size === 'phone' ? calendar(1, 7) : calendar(3, 1) },
    { name: 'metrics', who: 'admin', at: '/admin/metrics' },
  ]
}

const looks = (['light', 'dark'] as const).flatMap((theme) =>
  (['phone', 'desktop'] as const).map((size) => ({ theme, size })),
)

it.each(looks)('the main screens, $theme, on a $size', { timeout: 300_000 }, async ({ theme, size }) => {
  const [width, height] = SIZES[size]
  const all = await screens(size)
  for (const who of [null, 'customer', 'provider', 'admin'] as const) {
    const context = await person(browser, { theme, width, height })
    const page = await context.newPage()
    if (who) await logIn(page, PEOPLE[who])
    for (const { name, at } of all.filter((screen) => screen.who === who)) {
      if (typeof at === 'string') await page.goto(at)
      else await at(page)
      await page.mouse.move(0, 0)
      await settled(page)
      await take(page, `${name}-${size}-${theme}`)
    }
    await context.close()
  }
})
