import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { aService, linkInMail, logIn, openBrowser, PASSWORD, PEOPLE, person, sayWhere, until } from './stage'

let browser: Browser
beforeAll(async () => {
  browser = await openBrowser()
})
afterAll(() => browser.close())

const book = (service: { id: string }, startsAt: string): string =>
  `/services/${service.id}/book?starts_at=${encodeURIComponent(startsAt)}`

it('a guest books, proves their address and keeps the booking in an account', async () => {
  const context = await person(browser)
  const page = await context.newPage()
  const email = `gus-${crypto.randomUUID()}@example.org`
  const { service, startsAt } = await aService(({ instant_book }) => !instant_book)

  await page.goto(book(service, startsAt))
  await page.getByRole('button', { name: 'Or book as a guest' }).click()
  await page.getByLabel('Your name').fill('Gus Guest')
  await page.getByLabel('Email').fill(email)
  await page.getByLabel('Phone').fill('021 555 0199')
  await sayWhere(page, service)
  await page.getByRole('button', { name: 'Send the request' }).click()
  await page.getByRole('heading', { name: 'One click left, in your mail' }).waitFor()

  await page.goto(await linkInMail(email))
  await page.getByText('Waiting for verification').first().waitFor()
  await page
    .getByRole('button', { name: /confirm|verify/i })
    .first()
    .click()
  await page.getByText('Requested', { exact: true }).first().waitFor()
  await page.getByLabel('Password', { exact: true }).fill('the-password-of-gus')
  await page.getByRole('button', { name: 'Create my account' }).click()
  await page.waitForURL(/\/bookings\/[^/]+$/)
  // Bookings learns of the new account by an event.
  await until(async () => {
    await page.goto('/bookings')
    const mine = page.getByText(service.title).first()
    const none = page.getByText('Nothing booked yet')
    await mine.or(none).waitFor()
    return (await mine.isVisible()) || undefined
  }, 'the booking in the account')
  await context.close()
})

it('somebody books and sees it accepted without touching the page', async () => {
  const [seeker, provider] = [await person(browser), await person(browser)]
  const [page, theirs] = [await seeker.newPage(), await provider.newPage()]
  await logIn(theirs, PEOPLE.provider)
  const { service, startsAt } = await aService(
    ({ provider_name, instant_book }) => provider_name === 'Harbour Home Services' && !instant_book,
  )
  await logIn(page, PEOPLE.customer)
  await page.goto(book(service, startsAt))
  await sayWhere(page, service)
  await page.getByRole('button', { name: /Send the request|Book now/ }).click()
  await page.waitForURL(/\/bookings\/[^/]+$/)
  await page.getByText('Requested', { exact: true }).first().waitFor()

  await theirs.goto(new URL(page.url()).pathname)
  await theirs.getByRole('button', { name: 'Accept', exact: true }).click()
  await theirs.getByText('Confirmed', { exact: true }).first().waitFor()
  // Only the stream tells news: the page would ask by itself as well, and more slowly.
  await page.getByRole('status').getByText('Your booking is confirmed').first().waitFor()
  await page.getByText('Confirmed', { exact: true }).first().waitFor()
  await Promise.all([seeker.close(), provider.close()])
})

it('what was typed into a booking is there again after the session was over and somebody logged in anew', async () => {
  const context = await person(browser)
  const page = await context.newPage()
  await logIn(page, PEOPLE.customer)
  const { service, startsAt } = await aService(({ instant_book }) => !instant_book)
  await page.goto(book(service, startsAt))
  const note = page.getByLabel('Anything they should know?')
  await note.fill('The bell is broken: knock.')

  await context.clearCookies()
  const over = {
    status: 401,
    json: { status: 401, code: 'token_expired', title: 'Over', detail: 'It is over.' },
  }
  await page.route('**/api/v1/bookings', (route) => route.fulfill(over), { times: 1 })
  await sayWhere(page, service)
  await page.getByRole('button', { name: 'Send the request' }).click()
  await page.getByRole('alert').getByText('You were logged out meanwhile').waitFor()
  // It is not there for whoever else may sit here now.
  await page.getByRole('button', { name: 'Or book as a guest' }).click()
  expect(await note.inputValue()).toBe('')

  await page.reload()
  await page.getByRole('main').getByRole('button', { name: 'Log in' }).click()
  await page.getByLabel('Email').fill(PEOPLE.customer)
  await page.getByLabel('Password', { exact: true }).fill(PASSWORD)
  await page.getByRole('button', { name: 'Log in', exact: true }).click()
  await page.waitForURL(/\/book\?/)
  await page.getByRole('button', { name: 'Send the request' }).waitFor()
  expect(await note.inputValue()).toBe('The bell is broken: knock.')
  await context.close()
})

it('a slow answer to a booking leaves people where they have gone, and says where the booking is', async () => {
  const context = await person(browser)
  const page = await context.newPage()
  await logIn(page, PEOPLE.customer)
  const { service, startsAt } = await aService(({ instant_book }) => !instant_book)
  await page.goto(book(service, startsAt))
  let answered = () => {}
  const elsewhere = new Promise<void>((resolve) => (answered = resolve))
  await page.route('**/api/v1/bookings', async (route) => {
    const answer = await route.fetch()
    await elsewhere
    await route.fulfill({ response: answer })
  })
  await sayWhere(page, service)
  await page.getByRole('button', { name: 'Send the request' }).click()
  await page.getByRole('main').getByRole('link', { name: 'Change the time' }).click()
  await page.getByRole('heading', { level: 1, name: service.title }).waitFor()
  answered()
  const said = page.getByRole('status').filter({ hasText: 'Your request is on its way.' })
  await said.waitFor()
  expect(new URL(page.url()).pathname).toBe(`/services/${service.id}`)
  await said.getByRole('link', { name: 'See' }).click()
  await page.waitForURL(/\/bookings\/[^/]+$/)
  await page.getByText('Requested', { exact: true }).first().waitFor()
  await context.close()
})

const waitingForTheRefresh = (tab?: Page): Promise<number> | undefined =>
  tab?.evaluate(async () => {
    const { pending } = await navigator.locks.query()
    return (pending ?? []).filter(({ name }) => name === 'gigsta:refresh').length
  })

it('three tabs that come back together refresh the session once', async () => {
  const context = await person(browser, { workerless: true })
  const first = await context.newPage()
  await logIn(first, PEOPLE.customer)
  await first.close() // nobody is left to ask for the token
  let refreshes = 0
  context.on('request', (request) => {
    if (request.url().endsWith('/auth/refresh')) refreshes += 1
  })
  // The first answer waits until the other two tabs do, so that it is no matter of luck whether they come together.
  const tabs = await Promise.all([context.newPage(), context.newPage(), context.newPage()])
  await context.route('**/auth/refresh', async (route) => {
    await until(async () => (await waitingForTheRefresh(tabs[0])) === 2 || undefined, 'the other tabs')
    await route.continue()
  })
  await Promise.all(tabs.map((tab) => tab.goto('/bookings')))
  await Promise.all(tabs.map((tab) => tab.getByRole('heading', { name: 'My bookings' }).waitFor()))
  expect(refreshes).toBe(1)
  await context.close()
})

it('the map shows what the list shows, and searches where one has moved to', async () => {
  const context = await person(browser)
  const page = await context.newPage()
  await page.goto('/search?place=Ponsonby&lat=-36.85&lng=174.74')
  const marker = page.locator('[data-spot]').first()
  await marker.waitFor()
  await page.locator('li[id^=result-]').first().hover()
  await page.locator('[data-spot][aria-pressed=true]').waitFor()
  const box = await page.locator('.maplibregl-canvas').boundingBox()
  if (box === null) throw new Error('there is a map')
  await page.mouse.move(box.x + 60, box.y + 120)
  await page.mouse.down()
  await page.mouse.move(box.x + 100, box.y + 170, { steps: 4 })
  await page.mouse.up()
  await page.getByRole('button', { name: 'Search this area' }).click()
  await page.waitForURL((url) => url.searchParams.get('lat') !== '-36.85')
  await context.close()
})
