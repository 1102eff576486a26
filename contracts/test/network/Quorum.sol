// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { ISettlement } from "../../src/settlement/ISettlement.sol";
import { Tree } from "../gas/Tree.sol";
import { Network } from "./Network.sol";

/// @title How masternodes settle a period, step by step: files, what each holds, a root that enough of them sign.
abstract contract Quorum is Network {
    /// @dev Those with the numbers 1 to `masternodes` do their work.
    uint32 internal masternodes = FOUNDING_MASTERNODES;
    /// @dev Of the period that is settled next, or was settled last.
    bytes32[] internal leaves;

    /// @dev Files, what is held, the root: three signatures are refused, four of five or six agree.
    function settlePeriod(uint256 period, uint256 rewards) internal {
        vm.warp(GENESIS + (period + 1) * PERIOD);
        for (uint32 id = 1; id <= masternodes; ++id) {
            vm.prank(masternode(id));
            SETTLEMENT.postFile(period, keccak256(abi.encode(period, id)));
        }
        uint256 all = (1 << masternodes) - 1;
        vm.warp(block.timestamp + POSTING + 1);
        for (uint32 id = 1; id <= masternodes; ++id) {
            vm.prank(masternode(id));
            SETTLEMENT.postHeld(period, all);
        }
        assertEq(SETTLEMENT.fileSet(period), all, "every file counts");
        vm.warp(block.timestamp + POSTING);
        ISettlement.Root memory root =
            ISettlement.Root(period, Tree.build(leaves)[0], rewards, keccak256("inputs"));
        bytes[] memory three = signedBy(root, 3);
        vm.expectRevert(abi.encodeWithSelector(ISettlement.SettlementTooFewSignatures.selector, 3, 4));
        SETTLEMENT.postRoot(root, three);
        SETTLEMENT.postRoot(root, signedBy(root, 4));
    }

    function proofOf(uint256 first, uint256 count) internal view returns (ISettlement.Proof memory) {
        return Tree.proveRange(Tree.build(leaves), first, count);
    }

    /// @dev Signatures of the first `count` masternodes, in ascending order of their addresses.
    function signedBy(ISettlement.Root memory root, uint256 count)
        internal
        view
        returns (bytes[] memory list)
    {
        bytes32 digest = SETTLEMENT.rootDigest(root);
        list = new bytes[](count);
        address last = address(0);
        for (uint256 i = 0; i < count; ++i) {
            uint32 next = 0;
            for (uint32 id = 1; id <= count; ++id) {
                bool isNext = masternode(id) > last && (next == 0 || masternode(id) < masternode(next));
                if (isNext) next = id;
            }
            last = masternode(next);
            list[i] = signDigest(masternodeKey(next), digest);
        }
    }
}
