// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { ISettlement } from "../../src/settlement/ISettlement.sol";

/// @title A Merkle tree in the shape that OpenZeppelin's MerkleProof expects, and its multiproofs.
library Tree {
    /// @notice The tree as an array: node `i` over `2i + 1` and `2i + 2`, leaf `k` of `n` at `2n - 2 - k`.
    function build(bytes32[] memory leaves) internal pure returns (bytes32[] memory tree) {
        uint256 count = leaves.length;
        tree = new bytes32[](2 * count - 1);
        for (uint256 i = 0; i < count; ++i) {
            tree[2 * count - 2 - i] = leaves[i];
        }
        for (uint256 i = count - 1; i > 0; --i) {
            tree[i - 1] = _hash(tree[2 * i - 1], tree[2 * i]);
        }
    }

    /// @notice Proves the `count` leaves from `first` on, in their order.
    function proveRange(bytes32[] memory tree, uint256 first, uint256 count)
        internal
        pure
        returns (ISettlement.Proof memory proof)
    {
        uint256[] memory queue = new uint256[](tree.length + count);
        proof.nodes = new bytes32[](tree.length);
        proof.flags = new bool[](tree.length);
        (uint256 head, uint256 tail, uint256 nodes, uint256 flags) = (0, 0, 0, 0);
        for (uint256 i = 0; i < count; ++i) {
            queue[tail++] = tree.length - 1 - first - i;
        }
        while (queue[head] > 0) {
            uint256 index = queue[head++];
            uint256 sibling = index % 2 == 0 ? index - 1 : index + 1;
            bool known = head < tail && queue[head] == sibling;
            if (known) ++head;
            else proof.nodes[nodes++] = tree[sibling];
            proof.flags[flags++] = known;
            queue[tail++] = (index - 1) / 2;
        }
        (bytes32[] memory keptNodes, bool[] memory keptFlags) = (proof.nodes, proof.flags);
        assembly ("memory-safe") {
            mstore(keptNodes, nodes)
            mstore(keptFlags, flags)
        }
    }

    function _hash(bytes32 a, bytes32 b) private pure returns (bytes32) {
        return a < b ? keccak256(abi.encode(a, b)) : keccak256(abi.encode(b, a));
    }
}
