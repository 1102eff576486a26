// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { OwnableUpgradeable } from "@openzeppelin/contracts-upgradeable/access/OwnableUpgradeable.sol";
import { System } from "../../src/base/System.sol";
import { IMasternodes, MasternodeEvent, MasternodeStatus } from "../../src/masternodes/IMasternodes.sol";
import { Newcomers } from "./Newcomers.sol";

/// @title How a masternode comes, changes and goes; and where its stake is meanwhile.
contract MembershipTest is Newcomers {
    function setUp() public {
        setUpNetwork();
    }

    // ---- registering ----

    function test_aHotKeyRegistersItselfAndBondsTheStake() public {
        uint32 id = register(signer);
        IMasternodes.Masternode memory node = MASTERNODES.masternode(id);
        assertEq(id, FOUNDING_MASTERNODES + 1, "id");
        assertEq(node.signer, signer, "signer");
        assertEq(node.operator, boss, "operator");
        assertEq(node.stake, STAKE, "stake");
        assertEq(node.tlsKeyHash, wanted().tlsKeyHash, "tls key");
        assertEq(node.region, wanted().region, "region");
        assertEq(keccak256(bytes(node.endpoint)), keccak256("newcomer.example:4433"), "endpoint");
        assertEq(MASTERNODES.idOf(signer), id, "by signer");
        assertEq(MASTERNODES.payeeOf(id), boss, "payee");
        assertEq(System.MASTERNODES.balance, STAKE, "bonded");
        assertStatus(id, MasternodeStatus.Registered, "status");
    }

    function testFuzz_onlyTheExactStakeRegisters(uint96 sent) public {
        vm.assume(sent != STAKE);
        vm.deal(signer, sent);
        vm.expectRevert(
            abi.encodeWithSelector(IMasternodes.MasternodesStakeWrong.selector, uint256(sent), uint256(STAKE))
        );
        vm.prank(signer);
        MASTERNODES.register{ value: sent }(wanted());
    }

    function test_aHotKeyIsOneMasternodes() public {
        register(signer);
        vm.deal(signer, STAKE);
        vm.expectRevert(abi.encodeWithSelector(IMasternodes.MasternodesSignerInUse.selector, signer));
        vm.prank(signer);
        MASTERNODES.register{ value: STAKE }(wanted());
    }

    function test_nobodyIsNoOperator() public {
        IMasternodes.Registration memory registration = wanted();
        registration.operator = address(0);
        _expectRefused(
            registration, abi.encodeWithSelector(IMasternodes.MasternodesOperatorInvalid.selector, address(0))
        );
    }

    function test_anEndpointHasOneTo255Bytes() public {
        IMasternodes.Registration memory registration = wanted();
        registration.endpoint = "";
        _expectRefused(
            registration, abi.encodeWithSelector(IMasternodes.MasternodesEndpointInvalid.selector, 0)
        );
        registration.endpoint = string(new bytes(256));
        _expectRefused(
            registration, abi.encodeWithSelector(IMasternodes.MasternodesEndpointInvalid.selector, 256)
        );
        uint32 id = register(signer);
        vm.expectRevert(abi.encodeWithSelector(IMasternodes.MasternodesEndpointInvalid.selector, 256));
        vm.prank(boss);
        MASTERNODES.update(id, 0, 0, registration.endpoint);
        vm.prank(boss);
        MASTERNODES.update(id, 0, 0, string(new bytes(255)));
    }

    // ---- admission and seats ----

    function test_onlyTheOwnerAdmits() public {
        uint32 id = register(signer);
        vm.expectRevert(abi.encodeWithSelector(OwnableUpgradeable.OwnableUnauthorizedAccount.selector, boss));
        vm.prank(boss);
        MASTERNODES.admit(id);
        assertFalse(MASTERNODES.isActive(id), "before");
        admit(id);
        assertTrue(MASTERNODES.isActive(id), "after");
    }

    function test_eachAdmittedMasternodeHasASeatOfItsOwn() public {
        uint32 id = register(signer);
        admit(id);
        (bool admitted, uint8 seat) = MASTERNODES.seatOf(signer);
        assertTrue(admitted, "admitted");
        assertEq(seat, FOUNDING_MASTERNODES, "the lowest that is free");
        assertEq(MASTERNODES.inSeat(seat), id, "in its seat");
        endMembership(2);
        assertEq(MASTERNODES.inSeat(1), 0, "left its seat");
        uint32 next = register(makeAddr("another hot key"));
        vm.warp(block.timestamp + PERIOD);
        admit(next);
        assertEq(MASTERNODES.inSeat(1), next, "taken again");
    }

    function test_the257thFindsNoSeat() public {
        for (uint256 i = FOUNDING_MASTERNODES; i < 256; ++i) {
            admit(register(address(uint160(0xE000 + i))));
        }
        uint32 id = register(signer);
        vm.expectRevert(IMasternodes.MasternodesSeatsFull.selector);
        vm.prank(owner);
        MASTERNODES.admit(id);
        endMembership(100);
        vm.warp(block.timestamp + PERIOD);
        admit(id);
        assertEq(MASTERNODES.inSeat(99), id, "once one left");
    }

    function test_whatNobodyRegisteredIsNotAdmitted() public {
        vm.expectRevert(
            abi.encodeWithSelector(
                IMasternodes.MasternodesIllegalTransition.selector,
                99,
                MasternodeStatus.None,
                MasternodeEvent.Admit
            )
        );
        vm.prank(owner);
        MASTERNODES.admit(99);
    }

    // ---- changes ----

    function test_onlyItsOperatorChangesAMasternode() public {
        uint32 id = register(signer);
        vm.prank(boss);
        MASTERNODES.update(id, keccak256("new"), "eu-west-1", "moved.example:1");
        IMasternodes.Masternode memory node = MASTERNODES.masternode(id);
        assertEq(node.tlsKeyHash, keccak256("new"), "tls key");
        assertEq(node.region, "eu-west-1", "region");
        assertEq(keccak256(bytes(node.endpoint)), keccak256("moved.example:1"), "endpoint");
        _expectNotOperator(id, signer);
        vm.prank(signer);
        MASTERNODES.update(id, 0, 0, "stolen.example:1");
        vm.expectRevert(abi.encodeWithSelector(IMasternodes.MasternodesUnknown.selector, 99));
        vm.prank(boss);
        MASTERNODES.update(99, 0, 0, "nobody.example:1");
    }

    // ---- leaving ----

    function test_theOperatorAndTheOwnerMayEndItAndNobodyElse() public {
        _expectNotOperator(1, signer);
        vm.prank(signer);
        MASTERNODES.startLeaving(1);
        vm.prank(operator(1));
        MASTERNODES.startLeaving(1);
        vm.prank(owner);
        MASTERNODES.startLeaving(2);
        assertStatus(1, MasternodeStatus.Leaving, "by its operator");
        assertStatus(2, MasternodeStatus.Leaving, "by the owner");
        assertEq(MASTERNODES.idOf(masternode(1)), 0, "its key is free");
        assertFalse(MASTERNODES.isActive(1), "not active");
    }

    function testFuzz_theStakeIsBondedForTheWholeTime(uint256 elapsed) public {
        elapsed = bound(elapsed, 0, 3 * UNBONDING);
        uint32 id = register(signer);
        admit(id);
        vm.prank(boss);
        MASTERNODES.startLeaving(id);
        vm.warp(GENESIS + elapsed);
        if (elapsed < UNBONDING) {
            vm.expectRevert(
                abi.encodeWithSelector(IMasternodes.MasternodesBonded.selector, id, GENESIS + UNBONDING)
            );
        }
        vm.prank(boss);
        MASTERNODES.withdrawStake(id, boss);
        assertEq(boss.balance, elapsed < UNBONDING ? 0 : STAKE, "stake");
    }

    function test_aStakeIsPaidOnceAndToItsOperatorAlone() public {
        uint32 id = register(signer);
        vm.prank(boss);
        MASTERNODES.startLeaving(id);
        vm.warp(GENESIS + UNBONDING);
        _expectNotOperator(id, stranger);
        vm.prank(stranger);
        MASTERNODES.withdrawStake(id, stranger);
        vm.prank(boss);
        MASTERNODES.withdrawStake(id, alice);
        assertEq(alice.balance, STAKE, "where the operator said");
        assertEq(System.MASTERNODES.balance, 0, "nothing is left");
        vm.expectRevert(
            abi.encodeWithSelector(
                IMasternodes.MasternodesIllegalTransition.selector,
                id,
                MasternodeStatus.Left,
                MasternodeEvent.Unbond
            )
        );
        vm.prank(boss);
        MASTERNODES.withdrawStake(id, alice);
    }

    function test_aReceiverThatRefusesLeavesTheStakeWhereItIs() public {
        uint32 id = register(signer);
        vm.startPrank(boss);
        MASTERNODES.startLeaving(id);
        vm.warp(GENESIS + UNBONDING);
        vm.expectRevert(
            abi.encodeWithSelector(
                IMasternodes.MasternodesStakeRefused.selector, address(PRICES), uint256(STAKE)
            )
        );
        MASTERNODES.withdrawStake(id, address(PRICES));
        MASTERNODES.withdrawStake(id, boss);
        assertEq(boss.balance, STAKE, "to one that takes it");
    }

    function test_aFoundingMasternodeBondsNothingAndGetsNothing() public {
        register(signer);
        vm.prank(operator(1));
        MASTERNODES.startLeaving(1);
        vm.warp(GENESIS + UNBONDING);
        vm.prank(operator(1));
        MASTERNODES.withdrawStake(1, operator(1));
        assertEq(operator(1).balance, 0, "nothing bonded");
        assertEq(System.MASTERNODES.balance, STAKE, "another's stake stays");
    }

    function test_aHotKeyMayComeAgainAsAnotherMasternode() public {
        uint32 id = register(signer);
        endMembership(id);
        uint32 again = register(signer);
        assertEq(again, id + 1, "a new id");
        assertEq(MASTERNODES.idOf(signer), again, "by signer");
    }

    // ---- what a vote sets ----

    function test_stakeTermsHoldForThoseWhoComeAndThoseWhoLeaveLater() public {
        uint32 id = register(signer);
        vm.prank(owner);
        MASTERNODES.setStakeTerms(2 * STAKE, 2 * UNBONDING);
        (uint256 stake, uint256 unbonding) = MASTERNODES.stakeTerms();
        assertEq(stake, 2 * STAKE, "stake");
        assertEq(unbonding, 2 * UNBONDING, "unbonding");
        assertEq(MASTERNODES.masternode(id).stake, STAKE, "what was bonded stays");
        endMembership(id);
        assertEq(MASTERNODES.masternode(id).unbondsAt, GENESIS + 2 * UNBONDING, "leaves under the new terms");
    }

    function test_unbondingLastsAYearAtMost() public {
        vm.startPrank(owner);
        vm.expectRevert(
            abi.encodeWithSelector(IMasternodes.MasternodesOutOfRange.selector, 365 days + 1, 0, 365 days)
        );
        MASTERNODES.setStakeTerms(STAKE, 365 days + 1);
        MASTERNODES.setStakeTerms(STAKE, 365 days);
    }

    function test_threeToSevenWitness() public {
        for (uint8 count = 0; count < 10; ++count) {
            bool valid = count >= 3 && count <= 7;
            if (!valid) {
                vm.expectRevert(
                    abi.encodeWithSelector(IMasternodes.MasternodesOutOfRange.selector, count, 3, 7)
                );
            }
            vm.prank(owner);
            MASTERNODES.setWitnesses(count);
            if (valid) assertEq(MASTERNODES.witnesses(), count, "witnesses");
        }
    }

    function test_onlyTheOwnerSetsTerms() public {
        bytes memory refusal =
            abi.encodeWithSelector(OwnableUpgradeable.OwnableUnauthorizedAccount.selector, stranger);
        vm.startPrank(stranger);
        vm.expectRevert(refusal);
        MASTERNODES.setStakeTerms(0, 0);
        vm.expectRevert(refusal);
        MASTERNODES.setWitnesses(3);
    }

    function _expectNotOperator(uint32 id, address caller) private {
        vm.expectRevert(abi.encodeWithSelector(IMasternodes.MasternodesNotOperator.selector, id, caller));
    }

    function _expectRefused(IMasternodes.Registration memory registration, bytes memory reason) private {
        vm.deal(signer, STAKE);
        vm.expectRevert(reason);
        vm.prank(signer);
        MASTERNODES.register{ value: STAKE }(registration);
    }
}
