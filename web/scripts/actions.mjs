// Lists which of the backend's booking actions have a look of their own and which use the default.
import { readFile } from 'node:fs/promises'

const openapi = JSON.parse(
  await readFile(new URL('../../services/bookings/openapi.json', import.meta.url), 'utf8'),
)
const source = await readFile(new URL('../src/bookings/actionMetadata.ts', import.meta.url), 'utf8')
const table = source.slice(source.indexOf('ACTION_UI_METADATA'))
const styled = new Set([...table.matchAll(/^ {2}([a-z_]+): /gm)].map((match) => match[1]))
const names = openapi.components.schemas.ActionName.enum

const byDefault = names.filter((name) => !styled.has(name))
const unknown = [...styled].filter((name) => !names.includes(name))
console.log(
  `booking actions: ${names.length - byDefault.length} of ${names.length} have a look of their own; ` +
    `by default: ${byDefault.join(', ') || 'none'}`,
)
if (unknown.length > 0) {
  console.error(`ACTION_UI_METADATA names actions that the backend does not have: ${unknown.join(', ')}`)
  process.exitCode = 1
}
