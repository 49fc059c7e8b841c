// Every locale may only have keys that English has, with the same {placeholders}; what is missing falls back to English, and
// how much that is gets said. `node scripts/locales.mjs --missing` names every key.
import { readFile, readdir } from 'node:fs/promises'

const root = new URL('../src/locales/', import.meta.url)
const load = async (locale, file) => JSON.parse(await readFile(new URL(`${locale}/${file}`, root), 'utf8'))
const placeholders = (text) => [...text.matchAll(/\{\w+\}/g)].map(String).sort().join()
const problems = []
const areas = await readdir(new URL('en/', root))

for (const locale of (await readdir(root, { withFileTypes: true })).filter((entry) => entry.isDirectory())) {
  if (locale.name === 'en') continue
  const said = []
  const files = await readdir(new URL(`${locale.name}/`, root))
  for (const file of files.filter((each) => !areas.includes(each)))
    problems.push(`${locale.name}/${file} is not in English`)
  for (const file of areas) {
    const english = await load('en', file)
    const translated = files.includes(file) ? await load(locale.name, file) : {}
    for (const [key, text] of Object.entries(translated)) {
      if (!(key in english)) problems.push(`${locale.name}/${file}: ${key} is not in English`)
      else if (placeholders(text) !== placeholders(english[key]))
        problems.push(`${locale.name}/${file}: ${key} has other placeholders than English`)
    }
    const area = file.replace('.json', '')
    const missing = Object.keys(english).filter((key) => !(key in translated))
    if (missing.length === 0) continue
    if (process.argv.includes('--missing')) said.push(...missing.map((key) => `  ${area}.${key}`))
    else said.push(`${area} ${missing.length}`)
  }
  const list = process.argv.includes('--missing') ? `\n${said.join('\n')}` : ` ${said.join(', ')}`
  console.log(`${locale.name} says in English:${said.length > 0 ? list : ' nothing'}`)
}
for (const problem of problems) console.error(problem)
process.exitCode = problems.length > 0 ? 1 : 0
