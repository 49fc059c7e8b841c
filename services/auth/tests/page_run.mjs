// Runs the script of a page with as much of a browser as it uses. Reads lines of JSON: first the page and its query, then
// what is typed for each press of the button, and the answer to each request; writes each request, and what stands there.
import { createInterface } from 'node:readline'

const lines = createInterface({ input: process.stdin })[Symbol.asyncIterator]()
const read = async () => JSON.parse((await lines.next()).value)
const write = (value) => process.stdout.write(JSON.stringify(value) + '\n')
const element = (more) => ({ hidden: false, disabled: false, textContent: '', focus() {}, ...more })

const { script, search, fields } = await read()
const form = element({
  elements: [...fields.map((name) => element({ name, value: '' })), element({ name: '' })],
  prepend(label) {
    form.elements.unshift(label.child)
  },
  addEventListener(_, listener) {
    form.submit = listener
  },
})
const parts = { said: element(), form, go: element(), home: element({ hidden: true }) }

globalThis.document = {
  getElementById: (id) => parts[id],
  createElement: () => element({ append(child) { this.child = child } }),
}
globalThis.location = { search, pathname: '/page' }
globalThis.history = { replaceState: () => (location.search = '') }
globalThis.fetch = async (path, { method, body }) => {
  write({ path, method, body: JSON.parse(body) })
  const { status, text } = await read()
  return { status, ok: status < 400, json: async () => JSON.parse(text) }
}
;(0, eval)(script)

for (;;) {
  const asked = form.elements.filter((field) => field.name).map((field) => field.name)
  write({ said: parts.said.textContent, asked, open: !form.hidden && !parts.go.disabled, search: location.search })
  if (form.hidden) break
  const typed = await read()
  for (const field of form.elements) if (field.name) field.value = typed[field.name]
  await form.submit({ preventDefault() {} })
}
process.exit(0)
