// gigsta.nz/api/... is asked of the gateway, which is another host of the same zone: its cache rules hold for both, and
// the visitor's address stays what it is. Redirects are for the browser.
export default {
  fetch(request, env) {
    const url = new URL(request.url)
    url.hostname = env.API_HOST
    return fetch(new Request(url, request), { redirect: 'manual' })
  },
}
