/**
 * A certificate for `localhost` and 127.0.0.1 that nobody trusts, and its key; valid for a hundred years. For tests only:
 * give `certificate` as `ca` to a client that shall trust it.
 *
 * Made with `openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 36500 -subj /CN=localhost
 * -addext subjectAltName=DNS:localhost,IP:127.0.0.1`.
 */
export const selfSigned = {
  key: `-----BEGIN PRIVATE KEY-----
MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgBRffJcjm9Vj96nVg
ZLBGk4937tSr5il+MNFMLyf73COhRANCAAQLmFSYSOSpFnJL5Ffr+CKmueuorKlx
FqmQOKY5IPMwcrZWNrXeQTAeLHtzEWsB32b1iv8GVNfSKheJ/femE584
-----END PRIVATE KEY-----
`,
  certificate: `-----BEGIN CERTIFICATE-----
MIIBmzCCAUGgAwIBAgIUb9MJGFHPDz3IdmcVFix6hWQhoB4wCgYIKoZIzj0EAwIw
FDESMBAGA1UEAwwJbG9jYWxob3N0MCAXDTI2MTEyNDA0MjA0N1oYDzIxMjYxMDMx
MDQyMDQ3WjAUMRIwEAYDVQQDDAlsb2NhbGhvc3QwWTATBgcqhkjOPQIBBggqhkjO
PQMBBwNCAAQLmFSYSOSpFnJL5Ffr+CKmueuorKlxFqmQOKY5IPMwcrZWNrXeQTAe
LHtzEWsB32b1iv8GVNfSKheJ/femE584o28wbTAdBgNVHQ4EFgQUmYmLtUPFScUE
vKsEtmRiRSq5tVcwHwYDVR0jBBgwFoAUmYmLtUPFScUEvKsEtmRiRSq5tVcwDwYD
VR0TAQH/BAUwAwEB/zAaBgNVHREEEzARgglsb2NhbGhvc3SHBH8AAAEwCgYIKoZI
zj0EAwIDSAAwRQIhAP9X3ctEDT2rGhfQ2bZNNGCX38R9eseEdeA72vh+tly/AiBE
QW0lXbayyBZm/MT6jUAbUmh4YMNFvGhaZI6ZN2WC3w==
-----END CERTIFICATE-----
`,
};
