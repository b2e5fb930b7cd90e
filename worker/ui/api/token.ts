const KEY = 'token';

/** The token of this tab: it ends with the tab, and is in no cookie and no address. */
export function readToken(): string {
  return sessionStorage.getItem(KEY) ?? '';
}

export function keepToken(token: string): void {
  if (token === '') sessionStorage.removeItem(KEY);
  else sessionStorage.setItem(KEY, token);
}
