// Everything that can be said without running the app, side by side; the output of what fails is shown.
import { spawn } from 'node:child_process'

const CHECKS = [
  ['types', 'vue-tsc', '--noEmit'],
  [
    'lint',
    'eslint',
    '.',
    '--max-warnings',
    '0',
    '--cache',
    '--cache-location',
    'node_modules/.cache/eslint/',
  ],
  ['format', 'prettier', '--check', '--log-level', 'warn', '--cache', '.'],
  ['api types', 'node', 'scripts/generate.mjs', '--check'],
  ['locales', 'node', 'scripts/locales.mjs'],
  ['base map', 'node', 'scripts/basemap.mjs', '--check'],
  ['coast', 'node', 'scripts/coast.mjs', '--check'],
  ['actions', 'node', 'scripts/actions.mjs'],
]

const run = ([name, ...command]) =>
  new Promise((resolve) => {
    const path = `${process.cwd()}/node_modules/.bin:${process.env.PATH}`
    const child = spawn(command[0], command.slice(1), { env: { ...process.env, PATH: path } })
    let output = ''
    child.stdout.on('data', (data) => (output += data))
    child.stderr.on('data', (data) => (output += data))
    child.on('error', (error) => resolve({ name, code: 1, output: String(error) }))
    child.on('close', (code) => resolve({ name, code, output }))
  })

const results = await Promise.all(CHECKS.map(run))
for (const { name, code, output } of results) {
  if (code !== 0) console.error(`✗ ${name}\n${output}`)
  else if (name === 'actions' || name === 'locales') console.log(output.trim())
}
process.exitCode = results.some(({ code }) => code !== 0) ? 1 : 0
