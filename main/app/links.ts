/** Pages that a click may open in the system's browser: where the bundled and catalogued models, their licences and this program come from. */
const HOSTS = ['github.com', 'huggingface.co', 'arxiv.org', 'doi.org', 'www.apache.org', 'creativecommons.org', 'opensource.org', 'zenodo.org', 'www.openslr.org', 'bbbc.broadinstitute.org', 'www.kaggle.com'];

export function mayOpenOutside(address: string): boolean {
  const url = URL.canParse(address) ? new URL(address) : undefined;
  return url?.protocol === 'https:' && HOSTS.includes(url.hostname) && url.port === '' && url.username === '' && url.password === '';
}
