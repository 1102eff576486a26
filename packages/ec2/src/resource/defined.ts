type Defined<Type> = { readonly [Field in keyof Type]?: Exclude<Type[Field], undefined> }

/** Returns the fields that have a value. */
export function definedOf<Type extends object>(fields: Type | undefined): Defined<Type> {
  const said = Object.entries(fields ?? {}).filter(([, value]) => value !== undefined)
  return Object.fromEntries(said) as Defined<Type>
}
