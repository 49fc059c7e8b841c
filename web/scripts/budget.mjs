// What a first visit loads as script, compressed by gzip, has to stay below the budget. Reads the manifest of the build.
import { readFile, stat } from 'node:fs/promises'
import path from 'node:path'

const BUDGET = 120_000
const dist = path.resolve(process.env.WEB_OUT ?? 'dist')
const manifest = JSON.parse(await readFile(path.join(dist, '.vite/manifest.json'), 'utf8'))
const entry = 'index.html'
const home = Object.keys(manifest).find((key) => key.endsWith('pages/home/HomePage.vue'))

const needed = new Set()
const visit = (key) => {
  if (!key || needed.has(key)) return
  needed.add(key)
  for (const next of manifest[key].imports ?? []) visit(next)
}
visit(entry)
visit(home)

let total = 0
for (const key of needed) {
  const file = path.join(dist, manifest[key].file)
  const packed = await stat(`${file}.gz`).catch(() => stat(file))
  total += packed.size
}
console.log(`first load: ${(total / 1000).toFixed(1)} kB of compressed script, ${BUDGET / 1000} kB allowed`)
process.exitCode = total > BUDGET ? 1 : 0
