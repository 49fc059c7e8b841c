// Every locale may only have keys that English has, with the same {placeholders}; what is missing falls back to English.
import { readFile, readdir } from 'node:fs/promises'

const root = new URL('../src/locales/', import.meta.url)
const load = async (locale, file) => JSON.parse(await readFile(new URL(`${locale}/${file}`, root), 'utf8'))
const placeholders = (text) => [...text.matchAll(/\{\w+\}/g)].map(String).sort().join()
const problems = []

for (const locale of (await readdir(root, { withFileTypes: true })).filter((entry) => entry.isDirectory())) {
  if (locale.name === 'en') continue
  for (const file of await readdir(new URL(`${locale.name}/`, root))) {
    const [english, translated] = [await load('en', file), await load(locale.name, file)]
    for (const [key, text] of Object.entries(translated)) {
      if (!(key in english)) problems.push(`${locale.name}/${file}: ${key} is not in English`)
      else if (placeholders(text) !== placeholders(english[key]))
        problems.push(`${locale.name}/${file}: ${key} has other placeholders than English`)
    }
  }
}
for (const problem of problems) console.error(problem)
process.exitCode = problems.length > 0 ? 1 : 0
