// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { ILeases } from "../../src/leases/ILeases.sol";
import { InstanceKey } from "../../src/leases/InstanceKey.sol";
import { LeasesFixture } from "./LeasesFixture.sol";

/// @title The last second, the last wei: where a rule of accounts and leases begins and ends.
contract LeaseBoundsTest is LeasesFixture {
    uint256 private constant SECOND = uint256(RATE) * PRICE / 3600;
    uint256 private constant BUFFER = 60 * SECOND;

    address private alice = tenant(1);
    InstanceKey private instance = instanceOf(alice, 1);

    function setUp() public {
        setUpLeases();
        vm.startPrank(alice);
        LEASES.approve(1);
        LEASES.setLimits(type(uint96).max, type(uint40).max);
        vm.stopPrank();
        _fund(1000 * SECOND);
    }

    function test_insolventLeasesAreClosedUntilTheLastSecondInWhichTheRootIsFresh() public {
        _open(1, 0);
        vm.warp(GENESIS + PERIOD);
        SETTLEMENT.settle(0);
        vm.warp(GENESIS + 4 * PERIOD);
        assertTrue(closeInsolventOne(stranger, instance, 1) == ILeases.Refusal.None, "three periods old");
    }

    function test_aRewardIsRoundedDown() public {
        vm.prank(owner);
        LEASES.setTerms(ILeases.Terms({ bufferSeconds: 600, delaySeconds: 600, closingRewardBps: 777 }));
        _fund(3000 * SECOND);
        openOne(masternode(1), ILeases.Opening(instance, 7, 3, uint40(GENESIS), 1, 0));
        uint256 share = LEASES.account(alice).buffers * 777;
        assertTrue(share % 10_000 > 5000, "there is something to round");
        vm.warp(GENESIS + 600);
        SETTLEMENT.settle(0);
        assertTrue(closeInsolventOne(stranger, instance, 1) == ILeases.Refusal.None, "closed");
        assertEq(stranger.balance, share / 10_000, "down");
    }

    function test_aRevokedMasternodeIsWaitedForToTheLastSecondOfTheDelay() public {
        vm.startPrank(alice);
        LEASES.revoke(1);
        LEASES.announceWithdrawal(1);
        vm.warp(GENESIS + 60);
        vm.expectRevert(
            abi.encodeWithSelector(ILeases.LeasesWithdrawalTooEarly.selector, GENESIS + 60, GENESIS + 60)
        );
        LEASES.withdraw(alice);
        vm.warp(GENESIS + 61);
        LEASES.withdraw(alice);
        assertEq(alice.balance, 1, "then it left");
    }

    function test_anotherAnnouncementStartsTheDelayAnew() public {
        vm.startPrank(alice);
        LEASES.announceWithdrawal(1);
        vm.warp(GENESIS + 50);
        LEASES.announceWithdrawal(2);
        vm.warp(GENESIS + 110);
        vm.expectRevert(
            abi.encodeWithSelector(ILeases.LeasesWithdrawalTooEarly.selector, GENESIS + 110, GENESIS + 110)
        );
        LEASES.withdraw(alice);
        vm.warp(GENESIS + 111);
        LEASES.withdraw(alice);
        assertEq(alice.balance, 3, "both at once");
    }

    function test_anOpeningUsesTheLimitToTheLastWei() public {
        vm.prank(alice);
        LEASES.setLimits(uint96(BUFFER - 1), type(uint40).max);
        vm.warp(GENESIS + 1);
        assertTrue(_open(1, 1) == ILeases.Refusal.FundsTooLow, "a wei is missing");
        vm.prank(alice);
        LEASES.setLimits(uint96(BUFFER), type(uint40).max);
        assertTrue(_open(1, 1) == ILeases.Refusal.None, "just enough");
    }

    function test_nothingIsLeftOfAResidueThatIsFinished() public {
        _open(1, 0);
        vm.warp(GENESIS + 100);
        closeOne(alice, instance, 1);
        _open(2, 100);
        vm.warp(GENESIS + PERIOD);
        SETTLEMENT.settle(0);
        assertEq(LEASES.lease(instance, 1).device, 7, "to be billed");
        billOne(0, instance, 1, 100);
        ILeases.LeaseView memory none;
        assertEq(
            keccak256(abi.encode(LEASES.lease(instance, 1))), keccak256(abi.encode(none)), "nothing is left"
        );
    }

    function test_aLongRunwayIsExactToTheSecond() public {
        _fund(99_000 * SECOND);
        _open(1, 0);
        uint256 runway = LEASES.runwayAt(alice, GENESIS);
        assertEq(runway, 100_000 - 60, "a day and more");
        assertTrue(LEASES.spendableAt(alice, GENESIS + runway) == 0, "then nothing is left");
    }

    function _fund(uint256 amount) private {
        vm.deal(address(this), amount);
        LEASES.deposit{ value: amount }(alice);
    }

    function _open(uint64 token, uint256 startedAt) private returns (ILeases.Refusal) {
        return openOne(masternode(1), ILeases.Opening(instance, 7, 1, uint40(GENESIS + startedAt), token, 0));
    }
}
