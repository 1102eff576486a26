/** Cases of moto's that ask for what AWS itself does not do, or no container can have: each with the reason. */
export const exceptions: Readonly<Record<string, string>> = {}
