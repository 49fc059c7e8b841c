// Draws the PNG icons of public/icons from public/favicon.svg, with the machine's own Chromium. Run it when the mark changes.
import { readFile, writeFile } from 'node:fs/promises'
import { chromium } from 'playwright-core'

const pub = new URL('../public/', import.meta.url)
const mark = await readFile(new URL('favicon.svg', pub), 'utf8')
// Phones cut these to a shape of their own: colour to the edge, and the mark well within.
const full = mark.replace('rx="9"', '').replace('viewBox="0 0 32 32"', 'viewBox="-4 -4 40 40"')
const filled = full.replace('<rect width="32" height="32"', '<rect x="-4" y="-4" width="40" height="40"')
const ICONS = [
  ['192.png', 192, mark],
  ['512.png', 512, mark],
  ['maskable.png', 512, filled],
  ['apple-touch.png', 180, filled],
]

const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
  args: ['--no-sandbox'],
})
for (const [name, size, svg] of ICONS) {
  const page = await browser.newPage({ viewport: { width: size, height: size } })
  const image = `data:image/svg+xml;base64,${Buffer.from(svg).toString('base64')}`
  await page.setContent(
    `<body style="margin:0"><img src="${image}" width="${size}" height="${size}" style="display:block">`,
  )
  await writeFile(new URL(`icons/${name}`, pub), await page.screenshot({ omitBackground: true }))
  await page.close()
}
await browser.close()
