/** Pictures that began by themselves in this window, so that a removed job does not come back. */
export const begun = new Set<string>();
