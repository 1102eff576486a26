// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { System } from "../../src/base/System.sol";
import { IMasternodes } from "../../src/masternodes/IMasternodes.sol";
import { Newcomers } from "./Newcomers.sol";

/// @title What a newcomer finds: a seat that is nobody else's, and an id that fits where leases keep it.
contract SeatsTest is Newcomers {
    /// @dev `nexqloud.storage.Masternodes`: stake, unbonding time and witnesses, 18 bytes; then the last id.
    bytes32 private constant COUNTED = 0xd103be3d2fcb3f0147834ee401d49c38c52d49e45c972b3dc22dc0fa2849ed00;
    uint256 private constant COUNT_BIT = 8 * 18;

    function setUp() public {
        setUpNetwork();
    }

    /// @dev Whoever leaves between its file and what it holds: the file is in its seat until the period is settled.
    function test_aNewcomerInheritsNoFile() public {
        vm.warp(GENESIS + PERIOD);
        vm.prank(masternode(1));
        SETTLEMENT.postFile(0, "the first one's");
        vm.warp(GENESIS + PERIOD + POSTING + 1);
        vm.prank(masternode(1));
        SETTLEMENT.postHeld(0, 1);
        endMembership(1);
        admit(register(signer));
        vm.prank(signer);
        SETTLEMENT.postHeld(0, 1);
        (, uint8 seat) = MASTERNODES.seatOf(signer);
        assertEq(seat, FOUNDING_MASTERNODES, "a seat that was free");
        assertEq(SETTLEMENT.fileOf(0, seat), 0, "which posted nothing");
        assertEq(SETTLEMENT.fileOf(0, 0), "the first one's", "and the other's file stays its own");
    }

    function test_aSeatIsTakenAgainInThePeriodAfterItWasLeft() public {
        endMembership(2);
        vm.warp(GENESIS + PERIOD - 1);
        uint32 id = register(signer);
        admit(id);
        assertEq(MASTERNODES.inSeat(1), 0, "empty while its period runs");
        assertEq(MASTERNODES.inSeat(5), id, "the next one");
        vm.warp(GENESIS + PERIOD);
        uint32 next = register(makeAddr("another hot key"));
        admit(next);
        assertEq(MASTERNODES.inSeat(1), next, "taken again");
    }

    function test_idsEndWhereLeasesCannotKeepThem() public {
        uint256 word = uint256(vm.load(System.MASTERNODES, COUNTED));
        assertEq(uint32(word >> COUNT_BIT), FOUNDING_MASTERNODES, "the last id");
        word &= ~(uint256(type(uint32).max) << COUNT_BIT);
        vm.store(System.MASTERNODES, COUNTED, bytes32(word | (uint256(2 ** 24 - 2) << COUNT_BIT)));
        assertEq(register(signer), 2 ** 24 - 1, "the largest that fits");
        address next = makeAddr("one too many");
        vm.deal(next, STAKE);
        vm.expectRevert(IMasternodes.MasternodesIdsUsedUp.selector);
        vm.prank(next);
        MASTERNODES.register{ value: STAKE }(wanted());
    }
}
