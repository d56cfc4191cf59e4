/** Reads a flattened device tree (dtb), version 17. Source: Devicetree Specification 0.4, chapter 5. */

export type DeviceNode = {
  /** As in the tree, for example "mmc@7e340000"; empty for the root. */
  readonly name: string;
  /** For example "/emmc2bus/mmc@7e340000"; "/" for the root. */
  readonly path: string;
  readonly parent: DeviceNode | undefined;
  readonly properties: ReadonlyMap<string, Buffer>;
  readonly children: readonly DeviceNode[];
};

const MAGIC = 0xd00dfeed;
const [BEGIN_NODE, END_NODE, PROPERTY, NOTHING, END] = [1, 2, 3, 4, 9] as const;

/** The root node of a dtb. @throws Error when the bytes are no whole device tree */
export function readFdt(bytes: Buffer): DeviceNode {
  if (bytes.length < 40 || bytes.readUInt32BE(0) !== MAGIC) throw new Error('not a device tree');
  if (bytes.readUInt32BE(4) > bytes.length) throw new Error('the device tree is cut off');
  const strings = bytes.subarray(bytes.readUInt32BE(12));
  let at = bytes.readUInt32BE(8);
  const open: MutableNode[] = [];
  for (;;) {
    const token = bytes.readUInt32BE(at);
    at += 4;
    if (token === BEGIN_NODE) {
      const name = textAt(bytes, at);
      at = aligned(at + name.length + 1);
      open.push(deviceNode(name, open.at(-1)));
    } else if (token === PROPERTY) {
      const length = bytes.readUInt32BE(at);
      const name = textAt(strings, bytes.readUInt32BE(at + 4));
      open.at(-1)?.properties.set(name, bytes.subarray(at + 8, at + 8 + length));
      at = aligned(at + 8 + length);
    } else if (token === END_NODE) {
      const closed = open.pop();
      if (closed !== undefined && open.length === 0) return closed;
    } else if (token === END || token !== NOTHING) {
      throw new Error(`the device tree is broken at byte ${at - 4}`);
    }
  }
}

export type MutableNode = DeviceNode & {
  readonly properties: Map<string, Buffer>;
  readonly children: DeviceNode[];
};

/** An empty node, put below its parent. */
export function deviceNode(name: string, parent: MutableNode | undefined): MutableNode {
  const path = parent === undefined ? '/' : `${parent.path === '/' ? '' : parent.path}/${name}`;
  const node: MutableNode = { name, path, parent, properties: new Map(), children: [] };
  parent?.children.push(node);
  return node;
}

function aligned(at: number): number {
  return Math.ceil(at / 4) * 4;
}

function textAt(bytes: Buffer, at: number): string {
  return bytes.toString('latin1', at, bytes.indexOf(0, at));
}
