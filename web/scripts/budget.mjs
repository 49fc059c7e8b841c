// What a first visit loads as script, compressed, has to stay below the budget. Reads the manifest of the build.
import { readFile } from 'node:fs/promises'
import path from 'node:path'
import { gzipSync } from 'node:zlib'

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
for (const key of needed)
  total += gzipSync(await readFile(path.join(dist, manifest[key].file)), { level: 9 }).length
console.log(`first load: ${(total / 1000).toFixed(1)} kB of compressed script, ${BUDGET / 1000} kB allowed`)
process.exitCode = total > BUDGET ? 1 : 0
