/**
 * What Node 20 lacks of what the program uses; part of the npm package alone.
 * https://tc39.es/ecma262/#sec-map.groupby
 */
const groupBy = <K, T>(items: Iterable<T>, keyOf: (item: T, index: number) => K): Map<K, T[]> => {
  const groups = new Map<K, T[]>();
  let index = 0;
  for (const item of items) {
    const key = keyOf(item, index);
    index += 1;
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [item]);
    else group.push(item);
  }
  return groups;
};

if (!('groupBy' in Map)) Object.assign(Map, { groupBy });
