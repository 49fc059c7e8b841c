// What Vercel reads. The rules are in vercel.rules.json; where the API is differs, so that previews need not ask the one that
// real people use. In production Cloudflare answers /api before Vercel sees it.
import rules from './vercel.rules.json' with { type: 'json' }

const origin = process.env.API_ORIGIN ?? ''
if (!/^https:\/\/[a-z0-9.-]+(:\d+)?$/.test(origin)) {
  throw new Error('API_ORIGIN has to say where the API is, as https://api.gigsta.nz does: without a path')
}

export const config = {
  ...rules,
  rewrites: [{ source: '/api/:path*', destination: `${origin}/api/:path*` }, ...rules.rewrites],
}
