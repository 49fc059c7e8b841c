// Writes the types of every service's API from its committed openapi.json; with --check, only says whether they fit.
import { readFile, writeFile } from 'node:fs/promises'
import openapiTS, { astToString } from 'openapi-typescript'

const SERVICES = ['auth', 'catalog', 'bookings', 'ratings', 'geo', 'notifications']
const checking = process.argv.includes('--check')
let drifted = false

for (const service of SERVICES) {
  const source = new URL(`../../services/${service}/openapi.json`, import.meta.url)
  const target = new URL(`../src/api/generated/${service}.ts`, import.meta.url)
  const made = `/* Made by npm run generate from services/${service}/openapi.json. */\n\n${astToString(await openapiTS(source))}`
  if ((await readFile(target, 'utf8').catch(() => '')) === made) continue
  if (checking) {
    console.error(
      `src/api/generated/${service}.ts does not fit services/${service}/openapi.json: npm run generate`,
    )
    drifted = true
  } else {
    await writeFile(target, made)
    console.log(`wrote src/api/generated/${service}.ts`)
  }
}
process.exitCode = drifted ? 1 : 0
