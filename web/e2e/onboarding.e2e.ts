import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { findings } from './axe'
import { as, linkInMail, openBrowser, PASSWORD, person } from './stage'

let browser: Browser
beforeAll(async () => {
  browser = await openBrowser()
})
afterAll(() => browser.close())

const heading = (page: Page, name: string | RegExp) => page.getByRole('heading', { name }).first().waitFor()
const press = (page: Page, name: string) => page.getByRole('button', { name, exact: true }).click()

async function join(page: Page, email: string): Promise<void> {
  await page.goto('/register')
  await page.getByLabel('Your name').fill('Petra Painter')
  await page.getByLabel('Email').fill(email)
  await page.getByLabel('Password', { exact: true }).fill(PASSWORD)
  await press(page, 'Create my account')
  await heading(page, 'Check your mail')
  await page.goto(await linkInMail(email))
  await press(page, 'Confirm my email address')
}

it('a provider joins, leaves and goes on, applies, is approved while watching, and is found', async () => {
  const page = await (await person(browser)).newPage()
  const email = `petra-${crypto.randomUUID()}@example.org`
  const business = `Petra ${crypto.randomUUID().slice(0, 8)}`
  await join(page, email)
  await heading(page, 'Kia ora, Petra')
  await page.getByRole('button', { name: 'I offer services' }).click()

  await heading(page, 'About you')
  expect(await findings(page)).toEqual([])
  await press(page, 'Finish this later')
  await page.waitForURL((url) => url.pathname === '/')
  await page.getByLabel('Your menu').click()
  await page.getByRole('link', { name: 'Offer your services' }).last().click()
  await heading(page, 'About you')
  await page.getByLabel('Phone').fill('+64 21 555 0123')
  await page.getByLabel('Address').fill('12 Rose Road, Grey Lynn, Auckland')
  await press(page, 'Continue')

  await heading(page, 'Your application')
  await page.reload()
  await heading(page, 'Your application')
  expect(await findings(page)).toEqual([])
  await page.getByLabel('Business name').fill(business)
  await press(page, 'Send my application')
  await heading(page, 'Your application is with us')
  expect(await findings(page)).toEqual([])

  const admin = await as(browser, 'admin', '/admin/approvals')
  const application = admin
    .getByRole('listitem')
    .filter({ has: admin.getByRole('heading', { name: business }) })
  await application.getByRole('button', { name: 'Approve' }).click()
  await admin.getByText(`${business} may offer services now.`).waitFor()

  await heading(page, 'Your first service')
  expect(await findings(page)).toEqual([])
  await page.getByLabel('Name of the service').fill(`Painting by ${business}`)
  await page.getByLabel('Category', { exact: true }).selectOption({ label: 'Handyman' })
  await page
    .getByLabel('Description', { exact: true })
    .fill('Walls and ceilings, two coats, everything covered and left clean.')
  await page.getByLabel('Price', { exact: true }).fill('120')
  await page.getByRole('combobox', { name: 'Suburb or town' }).fill('Grey Lynn')
  await page
    .getByRole('option', { name: /^Grey Lynn/ })
    .first()
    .click()
  await press(page, 'Save as a draft')
  await page.waitForURL(/\/provider\/services\/[^/]+$/)
  const service = new URL(page.url()).pathname.replace('/provider', '')
  await press(page, 'Publish')
  await page.getByText('Published', { exact: true }).first().waitFor()

  const stranger = await as(browser, null, service)
  await heading(stranger, `Painting by ${business}`)
  await stranger.getByText('$120').first().waitFor()
})
