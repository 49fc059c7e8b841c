// What Vercel reads. The rules are in vercel.rules.json; what differs is where the API is, so that previews need not ask the
// one that real people use, and where pictures lie. In production Cloudflare answers /api before Vercel sees it.
import said from './public/policy.json' with { type: 'json' }
import rules from './vercel.rules.json' with { type: 'json' }

const { API_ORIGIN: origin = '', MEDIA_URL, S3_ENDPOINT } = process.env
if (!/^https:\/\/[a-z0-9.-]+(:\d+)?$/.test(origin)) {
  throw new Error('API_ORIGIN has to say where the API is, as https://api.gigsta.nz does: without a path')
}

/** A source of the Content-Security-Policy: another host where catalog keeps pictures, or takes uploads. */
function source(name, url) {
  if (!url || url.startsWith('/')) return ''
  if (!/^https:\/\/[a-z0-9.-]+(:\d+)?(\/[\w.~-]+)*$/.test(url))
    throw new Error(
      `${name} has to be what catalog is told, such as https://media.gigsta.nz: no slash at the end`,
    )
  return ` ${url}/`
}

const elsewhere = { MEDIA_URL, S3_ENDPOINT }
const policy = said['Content-Security-Policy'].replace(/\{(\w+)\}/g, (_, name) =>
  source(name, elsewhere[name]),
)

const [everywhere, ...others] = rules.headers
export const config = {
  ...rules,
  rewrites: [{ source: '/api/:path*', destination: `${origin}/api/:path*` }, ...rules.rewrites],
  headers: [
    {
      ...everywhere,
      headers: [{ key: 'Content-Security-Policy', value: policy }, ...everywhere.headers],
    },
    ...others,
  ],
}
