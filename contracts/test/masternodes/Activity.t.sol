// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { IMasternodes } from "../../src/masternodes/IMasternodes.sol";
import { Newcomers } from "./Newcomers.sol";

/// @title Who counts as active: whoever posted a file for one of the last three periods whose files are due.
contract ActivityTest is Newcomers {
    function setUp() public {
        setUpNetwork();
    }

    function test_everyFoundingMasternodeIsActiveFromTheStart() public view {
        assertEq(MASTERNODES.activeSeats(), (1 << FOUNDING_MASTERNODES) - 1, "seats");
        assertEq(MASTERNODES.activeIdOf(masternode(1)), 1, "by signer");
        assertEq(MASTERNODES.activeIdOf(stranger), 0, "a stranger");
    }

    /// @dev The same, counted the long way: for each period, were its files due by then.
    function testFuzz_activityIsThreeDuePeriodsOrLater(uint256 posted, uint256 elapsed) public {
        posted = bound(posted, 1, 20);
        vm.warp(GENESIS + (posted + 1) * PERIOD);
        postFile(1, posted);
        elapsed = bound(elapsed, 0, 6 * PERIOD);
        uint256 time = GENESIS + (posted + 1) * PERIOD + elapsed;
        vm.warp(time);
        uint256 due = 0;
        for (uint256 period = posted + 1; GENESIS + (period + 1) * PERIOD + POSTING < time; ++period) {
            ++due;
        }
        assertTrue(MASTERNODES.isActive(1) == (due < 3), "active until three later files are due");
        assertEq(MASTERNODES.activeIdOf(masternode(1)), due < 3 ? 1 : 0, "by signer");
    }

    function test_oneThatPostsAgainIsActiveAgain() public {
        vm.warp(GENESIS + 10 * PERIOD);
        assertFalse(MASTERNODES.isActive(1), "silent for ten periods");
        postFile(1, 9);
        assertTrue(MASTERNODES.isActive(1), "posted");
        assertFalse(MASTERNODES.isActive(2), "another did not");
        assertEq(MASTERNODES.activeSeats(), 1, "one is active");
        assertEq(MASTERNODES.admittedSeats(), (1 << FOUNDING_MASTERNODES) - 1, "all are admitted");
    }

    function test_aNewcomerIsActiveUntilItsOwnFilesAreDue() public {
        vm.warp(GENESIS + 10 * PERIOD + 1);
        uint32 id = register(signer);
        admit(id);
        assertTrue(MASTERNODES.isActive(id), "at once");
        vm.warp(GENESIS + 15 * PERIOD + POSTING + 1);
        assertFalse(MASTERNODES.isActive(id), "and not for ever");
    }

    function test_aSeatDoesNotInheritActivity() public {
        vm.warp(GENESIS + PERIOD);
        postFile(1, 0);
        vm.prank(operator(1));
        MASTERNODES.startLeaving(1);
        vm.warp(GENESIS + 2 * PERIOD + POSTING + 1);
        uint32 id = register(signer);
        admit(id);
        assertEq(MASTERNODES.inSeat(0), id, "the same seat");
        vm.warp(GENESIS + 5 * PERIOD + POSTING + 1);
        assertTrue(MASTERNODES.isActive(id), "by its own admission in period 2");
        vm.warp(GENESIS + 6 * PERIOD + POSTING + 1);
        assertFalse(MASTERNODES.isActive(id), "no longer");
    }

    function test_onlyTheSettlementRecordsFiles() public {
        vm.expectRevert(
            abi.encodeWithSelector(IMasternodes.MasternodesCallerNotSettlement.selector, masternode(1))
        );
        vm.prank(masternode(1));
        MASTERNODES.recordFile(0, 1);
    }
}
