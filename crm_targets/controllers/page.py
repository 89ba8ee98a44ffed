"""Pages of their own, on which nobody is signed in."""

# The address of the page is a secret: no cache, other site or search engine shall learn it.
SECRET_HEADERS = {
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",
    "X-Robots-Tag": "noindex, nofollow",
}
