// gigsta.nz/api/... is asked of the gateway, which is another host of the same zone: its cache rules hold for both.
// Within a zone the gateway's `CF-Connecting-IP` is what `X-Real-IP` says: the visitor's address, and never their own word
// for it. Redirects are for the browser.
export default {
  fetch(request, env) {
    const url = new URL(request.url)
    url.hostname = env.API_HOST
    const asked = new Request(url, request)
    asked.headers.set('x-real-ip', request.headers.get('cf-connecting-ip'))
    return fetch(asked, { redirect: 'manual' })
  },
}
