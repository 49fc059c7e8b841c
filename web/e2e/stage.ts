import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core'

export const BASE = process.env.GIGSTA_BASE_URL ?? 'http://localhost:8000'
export const PEOPLE = {
  customer: 'customer@example.com',
  provider: 'provider@example.com',
  admin: 'admin@example.com',
  /** A provider who works around the clock. */
  night: 'night.plumber@example.com',
} as const
export const PASSWORD = 'gigsta-demo'
/** What a busy machine may need for one step. */
const PATIENCE = 30_000

const CHROMIUM = [
  process.env.CHROMIUM,
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
]

/** The machine's own browser; WebGL is drawn by its software, as a test machine has no other. */
export function openBrowser(): Promise<Browser> {
  const executablePath = CHROMIUM.find((path) => path !== undefined && existsSync(path))
  if (executablePath === undefined) throw new Error('There is no Chromium here: apt-get install chromium')
  return chromium.launch({
    executablePath,
    args: ['--no-sandbox', '--use-gl=angle', '--use-angle=swiftshader', '--enable-unsafe-swiftshader'],
  })
}

export interface Looks {
  theme?: 'light' | 'dark'
  width?: number
  height?: number
  /** Without a service worker, past which requests cannot be stopped. */
  workerless?: boolean
}

/**
 * Opens a page of somebody who is logged in, in a browser of their own; `as(null)` is a stranger. All are closed with the
 * browser.
 */
export async function as(
  browser: Browser,
  who: keyof typeof PEOPLE | null,
  path = '/',
  looks: Looks = {},
): Promise<Page> {
  const page = await (await person(browser, looks)).newPage()
  if (who) await logIn(page, PEOPLE[who])
  if (!who || path !== '/') await page.goto(path)
  return page
}

/** A browser of one person, with storage and cookies of their own. */
export async function person(browser: Browser, looks: Looks = {}): Promise<BrowserContext> {
  const context = await browser.newContext({
    baseURL: BASE,
    viewport: { width: looks.width ?? 1280, height: looks.height ?? 860 },
    colorScheme: looks.theme ?? 'light',
    locale: 'en-NZ',
    timezoneId: 'Pacific/Auckland',
    reducedMotion: 'reduce',
    serviceWorkers: looks.workerless ? 'block' : 'allow',
  })
  context.setDefaultTimeout(PATIENCE)
  return context
}

export async function logIn(page: Page, email: string, password = PASSWORD): Promise<void> {
  await page.goto('/login')
  await page.getByLabel('Email').fill(email)
  await page.getByLabel('Password', { exact: true }).fill(password)
  await page.getByRole('button', { name: 'Log in', exact: true }).click()
  await page.waitForURL((url) => url.pathname !== '/login')
}

/** Ask until there is something, or the deadline has come. */
export async function until<T>(ask: () => Promise<T | undefined>, what: string): Promise<T> {
  const deadline = Date.now() + PATIENCE
  for (;;) {
    const found = await ask()
    if (found !== undefined) return found
    if (Date.now() > deadline) throw new Error(`still waiting for ${what}`)
    await new Promise((resolve) => setTimeout(resolve, 300))
  }
}

export async function get<T>(path: string, headers: HeadersInit = {}): Promise<T> {
  const answer = await fetch(BASE + path, { headers, signal: AbortSignal.timeout(PATIENCE) })
  if (!answer.ok) throw new Error(`${path}: ${answer.status}`)
  return (await answer.json()) as T
}

async function post<T>(path: string, body: object): Promise<T> {
  const answer = await fetch(BASE + path, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify(body),
    signal: AbortSignal.timeout(PATIENCE),
  })
  if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`)
  return (await answer.json()) as T
}

/** The API as somebody sees it. */
export async function asked(who: keyof typeof PEOPLE): Promise<<T>(path: string) => Promise<T>> {
  const body = { email: PEOPLE[who], password: PASSWORD }
  const { access_token } = await post<{ access_token: string }>('/api/v1/auth/login', body)
  return (path) => get(`/api/v1${path}`, { Authorization: `Bearer ${access_token}` })
}

/** Somebody who has joined and proven their address, and not yet chosen what they want to be here. */
export async function newcomer(): Promise<string> {
  const email = `nia-${crypto.randomUUID()}@example.org`
  await post('/api/v1/auth/register', { email, password: PASSWORD, full_name: 'Nia Newcomer' })
  const token = new URL(await linkInMail(email)).searchParams.get('token')
  await post('/api/v1/auth/verify-email', { token })
  return email
}

/**
 * The page of a booking between the demo customer and the night provider that began some hours ago, and went on as
 * the demo data's script of that name says. The clock is set back for it, which takes a marketplace on this machine.
 */
export async function pastBooking(script: 'confirmed' | 'completed'): Promise<string> {
  const root = fileURLToPath(new URL('../..', import.meta.url))
  const { stdout } = await promisify(execFile)(
    `${root}.gigsta/venv/bin/python`,
    ['-m', 'gigsta_cli.seed.begun', script],
    { cwd: root, timeout: 4 * PATIENCE },
  )
  return `/bookings/${stdout.trim()}`
}

/** The first link of the newest mail to an address. */
export const linkInMail = (email: string): Promise<string> =>
  until(async () => {
    const { items } = await get<{ items: { links: string[] }[] }>(`/dev/mail?to=${encodeURIComponent(email)}`)
    return items[0]?.links[0]
  }, `a mail to ${email}`)

interface Service {
  id: string
  title: string
  instant_book: boolean
  service_radius_km: number | null
  provider_id: string
  provider_name: string
}

/** On the page where it is booked: where the provider has to come to, if it is they who come. */
export async function sayWhere(page: Page, { service_radius_km }: Service): Promise<void> {
  if (service_radius_km !== null) await page.getByLabel('Street and number').fill('12 Rose Road, Ponsonby')
}

/** A service with many free times, that is asked for rather than booked at once. */
export async function aService(
  wanted: (service: Service) => boolean,
): Promise<{ service: Service; startsAt: string }> {
  const { items } = await get<{ items: Service[] }>('/api/v1/catalog/services?limit=100')
  for (const service of items.filter(wanted)) {
    const free = await get<{ items: { starts_at: string }[] }>(
      `/api/v1/bookings/availability?service_id=${service.id}`,
    )
    const last = free.items.at(-1)
    if (last && free.items.length > 10) return { service, startsAt: last.starts_at }
  }
  throw new Error('nothing can be booked')
}
