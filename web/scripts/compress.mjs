// Beside every file of the build that is worth it, what a browser takes in its place: .br and .gz.
import { readdir, readFile, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { brotliCompressSync, gzipSync } from 'node:zlib'

const TEXT = /\.(css|html|js|json|svg)$/
const SMALLEST = 1_000
const dist = path.resolve(process.env.WEB_OUT ?? 'dist')

for (const entry of await readdir(dist, { recursive: true, withFileTypes: true })) {
  if (!entry.isFile() || !TEXT.test(entry.name)) continue
  const file = path.join(entry.parentPath, entry.name)
  const content = await readFile(file)
  if (content.length < SMALLEST) continue
  await writeFile(`${file}.br`, brotliCompressSync(content))
  await writeFile(`${file}.gz`, gzipSync(content, { level: 9 }))
}
